package io.github.cachetronomy.core.state

/** Where the value of a state came from. */
public enum class StateStatus {
    /** Memory had all of it. */
    MEMORY,

    /** It was read from the file. */
    STORE,

    /** There was none that could be used, and it was made anew. */
    CREATED,
}
