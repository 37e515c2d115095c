package io.github.cachetronomy.core

/** How large a cache is. Immutable. */
public class CacheVolume(
    /** The bytes of the file and of what SQLite keeps beside it (`-wal`, `-shm`); 0 for a store without a file. */
    public val bytesOnDisk: Long,
    /** The bytes in the file that nothing uses: writes fill them first, `vacuum` gives them back. */
    public val freeBytes: Long,
    /** The entries that are not expired, whether they can be read or not. */
    public val liveEntries: Long,
    /** The entries that are expired and still there. */
    public val expiredEntries: Long,
    /** The bytes of all values as they are stored, expired ones included. */
    public val valueBytes: Long,
) {
    override fun toString(): String =
        "CacheVolume(bytesOnDisk=$bytesOnDisk, freeBytes=$freeBytes, liveEntries=$liveEntries, " +
            "expiredEntries=$expiredEntries, valueBytes=$valueBytes)"
}
