package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.AsyncCachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException

/** One way to call the logs of a cache. */
interface LogDoor {
    fun top(limit: Int = 10): List<AccessRecord>

    fun access(key: String): AccessRecord?

    fun accesses(): List<AccessRecord>

    fun deleteAccess(key: String): Boolean

    fun clearAccesses(): Long

    fun recentEvictions(limit: Int = 100): List<EvictionRecord>

    fun evictions(): List<EvictionRecord>

    fun clearEvictions(): Long
}

internal class SuspendLogDoor(
    private val cache: Cachetronaut,
) : LogDoor {
    override fun top(limit: Int): List<AccessRecord> = runBlocking { cache.accessLog.top(limit) }

    override fun access(key: String): AccessRecord? = runBlocking { cache.accessLog.find(key) }

    override fun accesses(): List<AccessRecord> = runBlocking { cache.accessLog.list().toList() }

    override fun deleteAccess(key: String): Boolean = runBlocking { cache.accessLog.delete(key) }

    override fun clearAccesses(): Long = runBlocking { cache.accessLog.clear() }

    override fun recentEvictions(limit: Int): List<EvictionRecord> = runBlocking { cache.evictionLog.recent(limit) }

    override fun evictions(): List<EvictionRecord> = runBlocking { cache.evictionLog.list().toList() }

    override fun clearEvictions(): Long = runBlocking { cache.evictionLog.clear() }
}

internal class JavaLogDoor(
    private val cache: BlockingCachetronaut,
) : LogDoor {
    override fun top(limit: Int): List<AccessRecord> = cache.accessLog().top(limit)

    override fun access(key: String): AccessRecord? = cache.accessLog().find(key).orElse(null)

    override fun accesses(): List<AccessRecord> = cache.accessLog().list().toList()

    override fun deleteAccess(key: String): Boolean = cache.accessLog().delete(key)

    override fun clearAccesses(): Long = cache.accessLog().clear()

    override fun recentEvictions(limit: Int): List<EvictionRecord> = cache.evictionLog().recent(limit)

    override fun evictions(): List<EvictionRecord> = cache.evictionLog().list().toList()

    override fun clearEvictions(): Long = cache.evictionLog().clear()
}

internal class FutureLogDoor(
    private val cache: AsyncCachetronaut,
) : LogDoor {
    override fun top(limit: Int): List<AccessRecord> = cache.accessLog().top(limit).now()

    override fun access(key: String): AccessRecord? =
        cache
            .accessLog()
            .find(key)
            .now()
            .orElse(null)

    override fun accesses(): List<AccessRecord> = cache.accessLog().list().now()

    override fun deleteAccess(key: String): Boolean = cache.accessLog().delete(key).now()

    override fun clearAccesses(): Long = cache.accessLog().clear().now()

    override fun recentEvictions(limit: Int): List<EvictionRecord> = cache.evictionLog().recent(limit).now()

    override fun evictions(): List<EvictionRecord> = cache.evictionLog().list().now()

    override fun clearEvictions(): Long = cache.evictionLog().clear().now()

    private fun <T> CompletableFuture<T>.now(): T =
        try {
            get()
        } catch (failed: ExecutionException) {
            throw failed.cause ?: failed
        }
}
