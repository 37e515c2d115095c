package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.Profile
import kotlinx.html.FlowContent
import kotlinx.html.label
import kotlinx.html.li
import kotlinx.html.option
import kotlinx.html.p
import kotlinx.html.select
import kotlinx.html.strong
import kotlinx.html.ul
import java.time.Duration

/** Whether all is well, and what this page could not find out. */
internal fun FlowContent.health(
    health: CacheHealth,
    records: Reading<Records>,
    figures: Reading<Figures>,
) {
    card("health", "Health") {
        val status = words(health.status)
        p { strong("status $status") { +status.replaceFirstChar(Char::uppercase) } }
        if (health.causes.isEmpty()) p { +"Everything works." } else ul { health.causes.forEach { li { +shown(it) } } }
        if (records is Reading.Failed) unread(records) else unread(figures)
    }
}

/** What the cache does by itself, how often, and what came of it. */
internal fun FlowContent.jobs(now: Now) {
    card("jobs", "Jobs") {
        val removed = { cause: EvictionCause -> count(now.stats.evictionsByCause[cause] ?: 0) }
        val profile = now.profile
        val watch = if (profile.memoryBasedEviction) profile.memoryCleanupInterval else Duration.ZERO
        grid(
            "What runs by itself",
            listOf(Column("Job"), Column("Runs"), Column("Evictions", isNumber = true)),
            listOf(
                row(
                    textCell("Sweep expired entries"),
                    textCell(every(profile.cleanupInterval)),
                    textCell(removed(EvictionCause.EXPIRED)),
                ),
                row(
                    textCell("Keep memory free, and below ${count(profile.maxItemsInMemory.toLong())} entries"),
                    textCell(if (watch.isZero) "on each write" else every(watch)),
                    textCell(removed(EvictionCause.SIZE)),
                ),
                row(
                    textCell("Keep the file below its size"),
                    textCell("as it grows"),
                    textCell(removed(EvictionCause.STORE_SIZE)),
                ),
                row(
                    textCell("Look for changes of other processes"),
                    textCell("all the time"),
                    textCell(removed(EvictionCause.FOREIGN)),
                ),
            ),
        )
    }
}

private fun every(interval: Duration): String = if (interval.isZero) "never" else "every ${span(interval)}"

/** The profiles of the file, and the one in force. */
internal fun FlowContent.profiles(
    frame: Frame,
    active: Profile,
    records: Reading<Records>,
) {
    card("profiles", "Profiles") {
        val listed = (records as? Reading.Ready)?.value?.profiles ?: emptyList()
        val known = listOf(active) + listed.filter { it.name != active.name }
        grid(
            "Profiles, the one in force first",
            listOf(Column("Name"), Column("Time to live"), Column("Most in memory", isNumber = true), Column("Tags")),
            known.map { profile ->
                row(
                    { if (profile == active) strong { keyText(profile.name) } else keyText(profile.name) },
                    textCell(span(profile.timeToLive)),
                    textCell(count(profile.maxItemsInMemory.toLong())),
                    textCell(cut(shown(profile.tags.joinToString()))),
                )
            },
        )
        if (frame.allowChanges && known.size > 1) switch(frame, known.drop(1))
    }
}

private fun FlowContent.switch(
    frame: Frame,
    others: List<Profile>,
) {
    post(frame, Change.PROFILE.action) {
        label {
            htmlFor = "profile-name"
            +"Switch to"
        }
        select {
            attributes["id"] = "profile-name"
            name = "name"
            others.forEach {
                option {
                    value = it.name
                    +cut(shown(it.name), most = 40)
                }
            }
        }
        submit("Switch")
    }
}
