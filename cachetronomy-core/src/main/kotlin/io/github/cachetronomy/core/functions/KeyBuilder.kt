package io.github.cachetronomy.core.functions

/** Makes the keys of a function's calls, in the place of the cache. Called by many threads at once. */
public fun interface KeyBuilder {
    /**
     * The key of a call with [arguments]: from 1 to 65,536 chars. Calls that may have different results must have
     * different keys, and no other function the same ones. What this throws reaches the caller of the function.
     */
    public fun keyFor(arguments: List<Any?>): String
}
