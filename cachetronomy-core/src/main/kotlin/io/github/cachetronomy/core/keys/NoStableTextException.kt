package io.github.cachetronomy.core.keys

/** A value of which no text says the same tomorrow, and why. Told to callers by the name of the argument. */
internal class NoStableTextException(
    message: String,
    cause: Throwable? = null,
) : RuntimeException(message, cause)
