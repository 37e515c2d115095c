package io.github.cachetronomy.core

/**
 * How SQLite works on the file, as far as it can be chosen without harm. The defaults suit most caches; what is chosen
 * here trades memory and room on the disk for time.
 *
 * Mapping the file into memory (`mmap_size`) is not offered: when somebody makes a mapped file shorter, the JVM ends
 * at the next read of it, and nothing can catch that.
 *
 * Immutable and thread-safe; each `with…` gives a changed copy.
 */
public class SqliteOptions private constructor(
    /** The most bytes that the connection that writes keeps of the file; 16 MiB unless chosen. */
    public val writerCacheBytes: Long,
    /**
     * The most bytes that each connection that reads keeps of the file; 8 MiB unless chosen. There are five at the most:
     * four for reads by key, one for listings and logs.
     */
    public val readerCacheBytes: Long,
    /** The bytes of a page of a file that is begun anew; one that is there keeps its own. 4,096 unless chosen. */
    public val pageBytes: Int,
    /** After how many pages written to the log beside the file they are moved into it; 1,000 unless chosen. */
    public val checkpointPages: Int,
    /** The bytes to which that log is cut once it has been moved; 16 MiB unless chosen. */
    public val logLimitBytes: Long,
) {
    /** A copy with another cache for the connection that writes: 64 KiB to 1 TiB. */
    public fun withWriterCacheBytes(bytes: Long): SqliteOptions =
        copy(writerCacheBytes = required("writerCacheBytes", bytes, CACHES))

    /** A copy with another cache for each connection that reads: 64 KiB to 1 TiB. */
    public fun withReaderCacheBytes(bytes: Long): SqliteOptions =
        copy(readerCacheBytes = required("readerCacheBytes", bytes, CACHES))

    /** A copy with another size of pages: a power of two from 512 to 65,536. */
    public fun withPageBytes(bytes: Int): SqliteOptions {
        required("pageBytes", bytes.toLong(), PAGES)
        require(bytes.countOneBits() == 1) { "pageBytes is a power of two, not $bytes" }
        return copy(pageBytes = bytes)
    }

    /** A copy that moves the log into the file after other numbers of pages: 1 to 1,000,000. */
    public fun withCheckpointPages(pages: Int): SqliteOptions =
        copy(checkpointPages = required("checkpointPages", pages.toLong(), CHECKPOINTS).toInt())

    /** A copy that cuts the log to another size: 0 to 1 TiB. */
    public fun withLogLimitBytes(bytes: Long): SqliteOptions =
        copy(logLimitBytes = required("logLimitBytes", bytes, LOGS))

    private fun copy(
        writerCacheBytes: Long = this.writerCacheBytes,
        readerCacheBytes: Long = this.readerCacheBytes,
        pageBytes: Int = this.pageBytes,
        checkpointPages: Int = this.checkpointPages,
        logLimitBytes: Long = this.logLimitBytes,
    ) = SqliteOptions(writerCacheBytes, readerCacheBytes, pageBytes, checkpointPages, logLimitBytes)

    private val values get() = listOf(writerCacheBytes, readerCacheBytes, pageBytes, checkpointPages, logLimitBytes)

    override fun equals(other: Any?): Boolean = other is SqliteOptions && values == other.values

    override fun hashCode(): Int = values.hashCode()

    override fun toString(): String =
        "SqliteOptions(writerCacheBytes=$writerCacheBytes, readerCacheBytes=$readerCacheBytes, " +
            "pageBytes=$pageBytes, checkpointPages=$checkpointPages, logLimitBytes=$logLimitBytes)"

    public companion object {
        private const val KIB = 1_024L
        private const val MIB = 1_024L * KIB
        private const val TIB = 1_024L * 1_024L * MIB
        private val CACHES = 64 * KIB..TIB
        private val PAGES = 512L..65_536L
        private val CHECKPOINTS = 1L..1_000_000L
        private val LOGS = 0L..TIB

        private val DEFAULTS = SqliteOptions(16 * MIB, 8 * MIB, 4_096, 1_000, 16 * MIB)

        /** What is used where nothing is chosen. */
        @JvmStatic
        public fun defaults(): SqliteOptions = DEFAULTS

        private fun required(
            name: String,
            value: Long,
            range: LongRange,
        ): Long {
            require(value in range) { "$name is between ${range.first} and ${range.last}, not $value" }
            return value
        }
    }
}
