package io.github.cachetronomy.core

/** A place where entries live, and where an answer came from. */
public enum class Tier {
    /** Decoded values in the heap of this process. */
    MEMORY,

    /** Rows in the file, those still queued for it included. */
    STORE,
}
