package io.github.cachetronomy.core

import java.time.Duration

/**
 * Something a cache did that a listener may want to know. Single hits are counted, not told.
 *
 * A load of one key tells, in this order:
 * ```
 * Loaded            or LoadFailed
 *   NotKept         when the value was returned but memory and file did not take it
 * ```
 */
public sealed class CacheEvent {
    /** A loader gave a value after [duration]. */
    public data class Loaded(
        public val key: String,
        public val duration: Duration,
    ) : CacheEvent()

    /** A loader threw [failure] after [duration]. Its callers got it as thrown. */
    public data class LoadFailed(
        public val key: String,
        public val duration: Duration,
        public val failure: Throwable,
    ) : CacheEvent()

    /** A loaded value was returned to its callers and not kept, for [reason]. */
    public data class NotKept(
        public val key: String,
        public val reason: String,
    ) : CacheEvent()

    /** An entry left [tier]. What leaves every tier at once is told as [Cleared]. */
    public data class Removed(
        public val key: String,
        public val cause: EvictionCause,
        public val tier: Tier,
    ) : CacheEvent()

    /** [count] entries left every tier at once. */
    public data class Cleared(
        public val count: Long,
    ) : CacheEvent()

    /** A write was not taken by the store, for [reason]; memory keeps the value. */
    public data class WriteDropped(
        public val key: String,
        public val reason: String,
    ) : CacheEvent()

    /** A row was there and could not be used. */
    public data class RowRejected(
        public val key: String,
        public val reason: MissReason,
    ) : CacheEvent()

    /**
     * A value was written in a [format] that Python does not read, the first one in a file that the Python package
     * made. Told once an opening.
     */
    public data class NotReadableByPython(
        public val key: String,
        public val format: String,
    ) : CacheEvent()

    /** The file was damaged: it is now called [setAsideAs], and a new one was begun. */
    public data class FileSetAside(
        public val setAsideAs: String,
        public val reason: String,
    ) : CacheEvent()

    /** The settings of [profile] are in force from now on: it was activated, or changed while it was active. */
    public data class ProfileActivated(
        public val profile: String,
    ) : CacheEvent()

    /** The health changed. */
    public data class HealthChanged(
        public val health: CacheHealth,
    ) : CacheEvent()

    /** Closing gave up waiting: [what] was still running. */
    public data class CloseIncomplete(
        public val what: String,
    ) : CacheEvent()
}
