package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.ktor.cachetronomyDashboard
import io.github.cachetronomy.testing.FakeClock
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.TestAbortedException
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.routing.Route
import io.ktor.server.routing.routing
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.consumeAsFlow
import org.openqa.selenium.By
import org.openqa.selenium.Keys
import kotlin.time.Duration.Companion.seconds

/** The dashboard as people see it. Leaves pictures in target/screenshots. */
@Tags("deep")
class DashboardBrowserSpec :
    FunSpec({
        val folder = tempdir().toPath()
        val opened = lazy { Browser.openOrNull() }
        val chromium by lazy {
            opened.value ?: run {
                // A report names what was skipped, and not why.
                System.err.println("skipped: $NO_BROWSER")
                throw TestAbortedException(NO_BROWSER)
            }
        }

        afterSpec { if (opened.isInitialized()) opened.value?.close() }

        test("charts are drawn, numbers come live, search and a change work, and the browser complains of nothing") {
            Cachetronaut(folder.resolve("browser.db")).use { cache ->
                cache.fill(300)
                serving(cache) { address ->
                    with(chromium) {
                        isDark(false)
                        width(1280)
                        driver.get("$address/cachetronomy")
                        waitUntil("it is live") { text("live") == "live" }
                        val reads = text("tile-reads")
                        cache.play()
                        waitUntil("the number of reads comes live") { text("tile-reads") != reads }
                        waitUntil("the charts are drawn") { chartsDrawn() == 4L }
                        waitUntil("the tables are drawn anew") { "user:7" in text("hot") }
                        text("live") shouldBe "live"
                        picture("light")

                        driver.findElement(By.name("q")).sendKeys("user:7", Keys.ENTER)
                        waitUntil("the search has an answer") {
                            "Keys that begin with user:7" in
                                driver.pageSource.orEmpty().replace(Regex("<[^>]+>"), "")
                        }
                        picture("search")
                        driver.findElement(By.linkText("user:7")).click()
                        waitUntil("the entry is shown") { "What a reader finds" in driver.pageSource.orEmpty() }
                        picture("entry")
                        driver.findElements(By.tagName("summary")).last().click()
                        driver.findElements(By.cssSelector("button.danger")).last().click()
                        waitUntil("the change is told") { "1 entry deleted." in driver.pageSource.orEmpty() }
                        cache.contains("user:7") shouldBe false

                        complaints().shouldBeEmpty()
                        leave()
                    }
                }
            }
        }

        test("dark, and at the width of a phone") {
            val clock = FakeClock()
            val ticks = Channel<Unit>()
            Cachetronaut(folder.resolve("phone.db")).use { cache ->
                cache.fill(300)
                val settings = DashboardSettings(cache, clock = clock, ticks = ticks.consumeAsFlow())
                serving({ dashboard("/cachetronomy", LocalOnly(), settings) }) { address ->
                    repeat(540) { second ->
                        cache.playFor(second)
                        clock.advance(1.seconds)
                        ticks.send(Unit)
                    }
                    with(chromium) {
                        isDark(true)
                        width(1280)
                        driver.get("$address/cachetronomy")
                        waitUntil("the charts are drawn") { chartsDrawn() == 4L }
                        picture("dark")
                        listOf(
                            "" to "phone",
                            "/search?q=user:" to "phone-search",
                            "/entry?id=${idOf("user:7")}" to "phone-entry",
                        ).forEach { (path, name) ->
                            isDark(name != "phone")
                            width(390, 844)
                            driver.get("$address/cachetronomy$path")
                            if (path.isEmpty()) waitUntil("the charts are drawn") { chartsDrawn() == 4L }
                            driver.executeScript("return document.documentElement.scrollWidth") shouldBe 390L
                            picture(name)
                        }
                        complaints().shouldBeEmpty()
                        leave()
                    }
                }
            }
        }

        test("nasty keys run nothing") {
            Cachetronaut(folder.resolve("nasty.db")).use { cache ->
                val nasty =
                    listOf("<script>window.harm=1</script>", "\"><img src=x onerror=window.harm=1>", "k".repeat(10_000))
                nasty.forEach {
                    cache.set(it, it, tags = setOf(it.take(50)))
                    repeat(5) { _ -> cache.get<String>(it) }
                }
                serving(cache) { address ->
                    with(chromium) {
                        isDark(false)
                        width(1280)
                        driver.get("$address/cachetronomy")
                        waitUntil("the tables are there") { "<script>" in text("hot") }
                        driver.executeScript("return window.harm") shouldBe null
                        picture("nasty")
                        driver.findElement(By.cssSelector("#hot button.link")).click()
                        waitUntil("the long key has its page") { "What a reader finds" in driver.pageSource.orEmpty() }
                        driver.pageSource.orEmpty() shouldContain "k".repeat(10_000)
                        complaints().shouldBeEmpty()
                        leave()
                    }
                }
            }
        }

        test("with 100,000 entries the page comes all the same") {
            Cachetronaut(folder.resolve("many.db")).use { cache ->
                cache.fill(100_000)
                serving(cache) { address ->
                    with(chromium) {
                        isDark(false)
                        width(1280)
                        driver.get("$address/cachetronomy")
                        waitUntil("the whole file is counted") { "live entries" in text("file") }
                        picture("many")
                        driver.get("$address/cachetronomy/search?q=user:")
                        picture("many-search")
                        complaints().shouldBeEmpty()
                        leave()
                    }
                }
            }
        }
    })

private const val NO_BROWSER = "there is no chromium with its chromedriver on the path to look at the dashboard with"

/** How many of the charts have something to show. */
private fun Browser.chartsDrawn(): Long =
    driver.executeScript(
        "return typeof Chart === 'undefined' ? 0 : [...document.querySelectorAll('canvas')]" +
            ".filter(c => c.width > 0 && Chart.getChart(c)?.data.datasets.some(d => d.data.some(p => p.y > 0))).length",
    ) as Long

private suspend fun Cachetronaut.fill(number: Int) {
    profiles.create("night") { maxItemsInMemory = 500 }
    (1..number).chunked(5_000).forEachIndexed { i, part ->
        setMany(part.associate { "user:$it" to "x".repeat(20 + it % 3_000) }, tags = setOf("users", "group-${i % 7}"))
    }
    setMany((1..40).associate { "order:$it" to ByteArray(it * 1_000) }, tags = setOf("orders"), format = "bytes")
}

/** Reads, misses, loads and removals, so that there is something to see. */
private suspend fun Cachetronaut.play() {
    repeat(400) { get<String>("user:${1 + (it * it) % 23}") }
    repeat(300) { get<String>("user:7") }
    repeat(60) { get<String>("missing:$it") }
    (1..25).map { cached("loaded:$it") { "value $it" } }.size shouldBe 25
    repeat(12) { delete("user:${200 + it}") }
    repeat(8) { evict("order:${it + 1}") }
    clearByTags(setOf("nothing"))
}

/** What a second brings: more reads and fewer misses as the cache fills. */
private suspend fun Cachetronaut.playFor(second: Int) {
    val wave = (second % 120) / 12
    repeat(20 + wave) { get<String>("user:${1 + it * it % 37}") }
    repeat(4 + wave / 3) { evict("user:${1 + it}") }
    if (second % 5 == 0) repeat(12 - second / 60) { get<String>("missing:$it") }
    if (second % 9 == 0) cached("loaded:$second") { "value $second" }
    if (second % 40 == 0) delete("user:${200 + second / 40}")
    if (second % 60 == 0) clearByTags(setOf("group-none"))
}

private suspend fun serving(
    cache: Cachetronaut,
    look: suspend (String) -> Unit,
): Unit =
    serving(
        {
            cachetronomyDashboard {
                this.cache = cache
                localOnly = true
                showValues = true
            }
        },
        look,
    )

private suspend fun serving(
    routes: Route.() -> Unit,
    look: suspend (String) -> Unit,
) {
    val server = embeddedServer(CIO, port = 0, host = "127.0.0.1") { routing(routes) }
    server.start(wait = false)
    try {
        look("http://127.0.0.1:${server.engine.resolvedConnectors().single().port}")
    } finally {
        server.stop(gracePeriodMillis = 0, timeoutMillis = 1_000)
    }
}
