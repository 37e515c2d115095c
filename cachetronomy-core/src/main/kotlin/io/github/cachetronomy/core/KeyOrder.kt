package io.github.cachetronomy.core

/** The order of a listing. */
public enum class KeyOrder {
    /** By Unicode code point of the key. */
    SORTED,

    /** By the time a key was first written; overwriting does not move it. */
    INSERTION,
}
