package io.github.cachetronomy.core.engine.tasks

import io.github.cachetronomy.core.Profile
import kotlinx.coroutines.Job
import java.time.Duration

/** A job that repeats at an [interval] of the profile in force; zero = it does not run. One caller at a time. */
internal class PacedJob(
    private val scope: EngineScope,
    private val interval: (Profile) -> Duration,
    private val work: suspend () -> Unit,
) {
    private var pace = Duration.ZERO
    private var job: Job? = null

    /** Begins anew where [profile] has another interval; a run under way is cancelled, and over before the next. */
    fun follow(profile: Profile) {
        val wanted = interval(profile)
        if (wanted == pace) return
        pace = wanted
        val before = job
        before?.cancel()
        job = if (wanted.isZero) before else scope.every(wanted, after = before, work)
    }
}
