package io.github.cachetronomy.core

import io.github.cachetronomy.core.text.quoted

/**
 * What the cache itself has to report, as opposed to what a caller did wrong
 * ([IllegalArgumentException]) or what a loader threw (which passes unwrapped).
 *
 * Messages name the key, shortened and with control characters escaped, and never a value.
 */
public open class CachetronomyException(
    message: String,
    cause: Throwable? = null,
) : RuntimeException(message, cause)

/** The file cannot be opened, read or written, and the caller asked to be told (`requireStore`) or needs an answer only the file has. */
public class StoreUnavailableException(
    message: String,
    cause: Throwable? = null,
) : CachetronomyException(message, cause)

/** A value given to an explicit write cannot be encoded. Memory and file are as they were. */
public class EncodingFailedException(
    /** The key the value was meant for. */
    public val key: String,
    private val reason: String,
    cause: Throwable? = null,
) : CachetronomyException("value for key ${quoted(key)} cannot be encoded: $reason", cause) {
    /** The same about [key], which is what the caller calls it. */
    internal fun of(key: String): EncodingFailedException =
        EncodingFailedException(key, reason, cause).also { it.stackTrace = stackTrace }
}

/** A stored value cannot be read as the type asked for, and the caller asked strictly. */
public class DecodingFailedException(
    /** The key that was read. */
    public val key: String,
    /** The reason that a lenient read would have given for its miss. */
    public val reason: MissReason,
    private val detail: String,
    cause: Throwable? = null,
) : CachetronomyException("value of key ${quoted(key)} cannot be decoded ($reason): $detail", cause) {
    /** The same about [key], which is what the caller calls it. */
    internal fun of(key: String): DecodingFailedException =
        DecodingFailedException(key, reason, detail, cause).also { it.stackTrace = stackTrace }
}

/** No profile of that name is stored. */
public class ProfileNotFoundException(
    /** The name that was asked for. */
    public val profile: String,
) : CachetronomyException("no profile named ${quoted(profile)}")

/** The cache was closed, by this caller or by another one while this one waited. */
public class CacheClosedException : CachetronomyException("the cache is closed")

/**
 * A loader waits, directly or through other loads, for its own result. What it starts without waiting for it
 * counts, unless that begins in a coroutine of another scope or on an executor.
 */
public class RecursiveLoadException(
    /** The keys of the circle: each load waits for the next, the last for the first. */
    public val chain: List<String>,
) : CachetronomyException("loads wait for each other: ${chain.joinToString(" -> ") { quoted(it) }}")

/** The file is a valid SQLite database of another application. It was not touched. */
public class ForeignFileException(
    /** The file, as it was given. */
    public val file: String,
) : CachetronomyException("$file is a database of another application; it was left untouched")
