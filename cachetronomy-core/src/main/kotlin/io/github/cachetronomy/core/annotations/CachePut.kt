package io.github.cachetronomy.core.annotations

/**
 * On a method of an interface: it is always called, and what it returns takes the place of what is kept. What it throws
 * leaves that as it is. See [Cached] for how an interface is woven, and for what methods may return.
 *
 * ```
 * interface Users {
 *   @Cached(key = "user:{id}", timeToLive = "5m")
 *   User find(int id);
 *
 *   @CachePut(key = "user:{user.id}")
 *   User save(User user);
 * }
 * ```
 *
 * The result is written as that of the [Cached] method for which it is put: the one called [name], or the one whose key is
 * this [key] but for what stands in the braces. It has to be of the same type.
 *
 * Keys are made after the method has returned, and callers wait until the result is as safe as the cache's durability
 * says.
 */
@MustBeDocumented
@Retention(AnnotationRetention.RUNTIME)
@Target(AnnotationTarget.FUNCTION)
public annotation class CachePut(
    /**
     * The [Cached] method of this interface for which the result is put: its name there, or the method's own where it is
     * the only one. It gets this method's arguments, by the names of the parameters where all are known, else by their
     * places, of which there must be as many. Empty = the one with the same [key].
     */
    val name: String = "",
    /**
     * A template of the key, as in [Cached.key]; `{result}` is what the method returned, `{result.id}` what is in it. Where
     * no [Cached] method has such a key, the result is kept under it alone. Empty = the key for this method's arguments.
     */
    val key: String = "",
    /** As in [Cached.timeToLive]; empty = that of the [Cached] method. */
    val timeToLive: String = "",
    /** As in [Cached.tags]; none = those of the [Cached] method. */
    val tags: Array<String> = [],
    /** As in [Cached.condition]: where it is false, the method is just called. */
    val condition: String = "",
    /** As in [Cached.version]; 0 = that of the [Cached] method. */
    val version: Long = 0,
    /** As in [Cached.format]; empty = that of the [Cached] method. */
    val format: String = "",
)
