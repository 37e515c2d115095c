package io.github.cachetronomy.coroutines

import io.kotest.core.spec.Spec
import io.kotest.engine.spec.tempdir
import java.nio.file.Path
import java.util.concurrent.atomic.AtomicInteger

private val count = AtomicInteger()

/** The path of a file that does not exist yet, in a folder that goes with the spec. */
fun Spec.tempFile(): Path = tempdir().toPath().resolve("cache-${count.incrementAndGet()}.db")

/** A cache on a new file, closed when [block] ends. */
suspend fun <R> Spec.withCache(
    file: Path = tempFile(),
    configure: CachetronautBuilder.() -> Unit = {},
    block: suspend (Cachetronaut) -> R,
): R = Cachetronaut(file, configure).use { block(it) }
