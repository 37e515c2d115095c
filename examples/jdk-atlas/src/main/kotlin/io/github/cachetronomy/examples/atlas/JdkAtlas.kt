package io.github.cachetronomy.examples.atlas

import io.github.cachetronomy.coroutines.Cachetronaut
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.runBlocking
import java.util.Optional
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeSource
import kotlin.time.toJavaDuration

/** The atlas on the Kotlin face of the cache: one coroutine a module. */
fun main(args: Array<String>) =
    runBlocking(Dispatchers.Default) {
        val options = AtlasOptions.parseOrExit(*args)
        val jdk = RunningJdk.detect()
        println("Atlas of $jdk\n")

        val start = TimeSource.Monotonic.markNow()
        Cachetronaut(options.file).use { cache ->
            if (options.forget) cache.clear()
            val reports = readAll(options.modules, jdk, cache)
            val elapsed = start.elapsedNow()
            val stats = cache.stats()

            // Only a run that read every module knows how long reading takes.
            val firstRunKey = jdk.firstRunKey(options.modules)
            if (stats.loads == reports.size.toLong()) {
                cache.set(firstRunKey, elapsed.inWholeMilliseconds, timeToLive = Duration.INFINITE)
            }
            val firstRun = cache.get<Long>(firstRunKey)?.milliseconds

            AtlasTable.lines(reports).forEach(::println)
            println()
            RunSummary(
                options.file,
                stats.memoryHits,
                stats.storeHits,
                stats.loads,
                elapsed.toJavaDuration(),
                Optional.ofNullable(firstRun?.toJavaDuration()),
            ).lines().forEach(::println)
            println()
        }
    }

private suspend fun readAll(
    modules: List<String>,
    jdk: RunningJdk,
    cache: Cachetronaut,
): List<ModuleReport> =
    Progress(modules.size).use { progress ->
        coroutineScope {
            modules
                .map { module ->
                    async {
                        val entry =
                            cache.cached<ModuleEntry>(jdk.reportKey(module), timeToLive = Duration.INFINITE) {
                                progress.reading()
                                JdkModules.read(module).toEntry()
                            }
                        progress.done()
                        entry.toReport()
                    }
                }.awaitAll()
        }
    }
