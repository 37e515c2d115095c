package io.github.cachetronomy.ktor.responses

import java.util.concurrent.ConcurrentHashMap

/**
 * Addresses whose responses were found not to be for sharing, for a while: nobody waits for another one's there. Holds
 * a bounded number. Thread-safe.
 */
internal class Unshared(
    private val forMillis: Long,
    private val now: () -> Long,
) {
    private val until = ConcurrentHashMap<String, Long>()

    operator fun contains(address: String): Boolean {
        val end = until[address] ?: return false
        if (now() < end) return true
        until.remove(address, end)
        return false
    }

    fun add(address: String) {
        if (until.size >= MOST) until.values.removeIf { it <= now() }
        // Forgetting them costs no more than a wait.
        if (until.size >= MOST) until.clear()
        until[address] = now() + forMillis
    }

    fun remove(address: String) {
        until.remove(address)
    }

    private companion object {
        const val MOST = 10_000
    }
}
