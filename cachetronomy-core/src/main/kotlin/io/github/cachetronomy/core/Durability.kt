package io.github.cachetronomy.core

/** How safe an explicit write is when its call returns. */
public enum class Durability {
    /**
     * The write is committed: a killed process loses nothing that was acknowledged. A power cut may
     * take the last commits, never the file's consistency. The default.
     */
    COMMITTED,

    /** The write is committed and synced to the disk: a power cut does not take it either. */
    SYNCED,

    /**
     * Memory has the value; its row follows. The queue behind is bounded: when it is full the writer
     * waits within the store's bound, after that the write is dropped and counted. Closing flushes.
     */
    WRITE_BEHIND,
}
