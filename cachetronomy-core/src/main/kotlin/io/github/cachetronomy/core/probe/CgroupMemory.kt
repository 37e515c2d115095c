package io.github.cachetronomy.core.probe

import io.github.cachetronomy.core.FreeMemoryTarget
import java.io.IOException
import java.nio.file.Path
import kotlin.io.path.readLines
import kotlin.io.path.readText

/**
 * What the control group of this process, or one above it, leaves to use; both versions of Linux's
 * memory controller, at their usual places. Nothing elsewhere, or where no group sets a limit.
 *
 * Pages of files count as available, and so does what the kernel remembers of files where it tells how much
 * that is: it takes both back before it refuses memory. Otherwise whatever writes a large file, or looks at
 * many, would empty the cache.
 *
 * Thread-safe.
 */
internal class CgroupMemory(
    private val root: Path = Path.of("/"),
) : MemorySource {
    override fun shortage(target: FreeMemoryTarget): Long? = levels().mapNotNull { it.shortage(target) }.maxOrNull()

    /** The group of this process and those above it, each of which may set a limit. */
    private fun levels(): List<Level> {
        // Lines of «number:controllers:path»; the second version has the number 0 and no controllers.
        val groups = attempt { root.resolve("proc/self/cgroup").readLines() } ?: return emptyList()
        return groups.flatMap { line ->
            val fields = line.split(':', limit = 3)
            if (fields.size < 3) return@flatMap emptyList()
            val (number, controllers, path) = fields
            when {
                number == "0" && controllers.isEmpty() -> upwards("sys/fs/cgroup", path).map { Level(it, second) }
                "memory" in controllers.split(',') -> upwards("sys/fs/cgroup/memory", path).map { Level(it, first) }
                else -> emptyList()
            }
        }
    }

    /** A path that is not under the mount is one of the host's, seen from a container: the mount itself remains. */
    private fun upwards(
        mount: String,
        path: String,
    ): List<Path> {
        val top = root.resolve(mount).normalize()
        val group = top.resolve(path.trimStart('/')).normalize()
        if (!group.startsWith(top)) return listOf(top)
        return generateSequence(group) { it.parent }.takeWhile { it.startsWith(top) }.toList()
    }

    private class Level(
        private val folder: Path,
        private val names: Names,
    ) {
        fun shortage(target: FreeMemoryTarget): Long? {
            val limit = names.limits.mapNotNull(::number).minOrNull() ?: return null
            val usage = number(names.usage) ?: return null
            val used = maxOf(0L, usage - reclaimable())
            return target.shortageOfPart(maxOf(0L, limit - used), limit)
        }

        private fun reclaimable(): Long =
            attempt { folder.resolve("memory.stat").readLines() }
                .orEmpty()
                .filter { it.substringBefore(' ') in names.reclaimable }
                .sumOf { it.substringAfter(' ').trim().toLongOrNull() ?: 0L }

        /** Null where there is no such file, or what stands in it means «no limit». */
        private fun number(name: String): Long? {
            val text = attempt { folder.resolve(name).readText() } ?: return null
            return text.trim().toLongOrNull()?.takeIf { it < NO_LIMIT }
        }
    }

    private class Names(
        val limits: List<String>,
        val usage: String,
        val reclaimable: Set<String>,
    )

    private companion object {
        /** The second version writes «max», the first the largest number of bytes in whole pages. */
        const val NO_LIMIT = Long.MAX_VALUE / 2

        val first =
            Names(
                listOf("memory.limit_in_bytes"),
                "memory.usage_in_bytes",
                setOf("total_inactive_file", "total_active_file"),
            )
        val second =
            Names(
                listOf("memory.max", "memory.high"),
                "memory.current",
                setOf("inactive_file", "active_file", "slab_reclaimable"),
            )

        inline fun <T> attempt(read: () -> T): T? =
            try {
                read()
            } catch (_: IOException) {
                null
            }
    }
}
