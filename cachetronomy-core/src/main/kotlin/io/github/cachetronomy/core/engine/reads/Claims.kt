package io.github.cachetronomy.core.engine.reads

import java.util.concurrent.ConcurrentHashMap

/**
 * A key that somebody is about to fill from the store or from a loader. It goes stale when anything
 * writes or removes the key meanwhile: what was read before then must not enter memory any more.
 */
internal class Claim {
    @Volatile
    var stale: Boolean = false

    /** Changed only inside of the map's atomic operations. */
    internal var holders: Int = 1
}

/** The claims in force, one a key, shared by those who hold it at the same time. Thread-safe. */
internal class Claims {
    private val claims = ConcurrentHashMap<String, Claim>()

    fun take(key: String): Claim =
        claims.compute(key) { _, claim ->
            claim?.apply { holders++ } ?: Claim()
        }!!

    fun release(
        key: String,
        claim: Claim,
    ) {
        if (claim.stale) return
        claims.computeIfPresent(key) { _, current ->
            if (current !== claim) {
                current
            } else if (--current.holders == 0) {
                null
            } else {
                current
            }
        }
    }

    /** Whoever holds a claim on [key] now has come too early. */
    fun touch(key: String) {
        claims.remove(key)?.stale = true
    }
}
