package io.github.cachetronomy.core.spi

/** A row that nobody has used for long, as [EntryStore.leastUsed] finds it. Immutable. */
public class IdleEntry(
    /** Where the store finds it again, for [EntryStore.cull]. */
    public val place: Long,
    /** When it was written, or [StoredEntry.UNKNOWN]. */
    public val writtenAt: Long,
    /** Its expiry; [StoredEntry.NEVER] where it could not be read. */
    public val expiresAt: Long,
    /** The bytes that it takes in the store, about. */
    public val bytes: Long,
)
