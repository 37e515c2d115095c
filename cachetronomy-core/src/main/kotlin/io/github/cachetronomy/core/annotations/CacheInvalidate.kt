package io.github.cachetronomy.core.annotations

/**
 * On a method of an interface: after it has returned, results are removed; if it throws, none are. See [Cached] for how an
 * interface is woven. The method may return anything that is there when it returns, a future, or nothing.
 *
 * One annotation names one thing to remove: a [name], a [key], or [tags]. A method may have several.
 *
 * ```
 * interface Users {
 *   @CacheInvalidate(key = "user:{id}")
 *   @CacheInvalidate(tags = "lists")
 *   void rename(int id, String name);
 * }
 * ```
 *
 * Callers wait for the removal. A load that began before it is not kept.
 */
@MustBeDocumented
@Retention(AnnotationRetention.RUNTIME)
@Target(AnnotationTarget.FUNCTION)
@JvmRepeatable(CacheInvalidate.Several::class)
public annotation class CacheInvalidate(
    /**
     * The [Cached] method of this interface whose result for this method's arguments is removed: its name there, or the
     * method's own where it is the only one. It gets the arguments by the names of the parameters where all are known,
     * else by their places, of which there must be as many.
     */
    val name: String = "",
    /**
     * A template of the key that is removed, as in [Cached.key]. `{result}` is what the method returned, unless it is to be
     * removed before that.
     */
    val key: String = "",
    /** Entries with any of these tags are removed, whatever wrote them. */
    val tags: Array<String> = [],
    /** Whether every result is removed: of the method called [name], or of all [Cached] methods of the interface. */
    val all: Boolean = false,
    /** Whether to remove before the method is called, and so even if it throws. */
    val beforeInvocation: Boolean = false,
    /** As in [Cached.condition]: where it is false, nothing is removed. */
    val condition: String = "",
) {
    /** Holds the annotations of a method that has several; the compiler makes it. */
    @MustBeDocumented
    @Retention(AnnotationRetention.RUNTIME)
    @Target(AnnotationTarget.FUNCTION)
    public annotation class Several(
        /** The annotations, as they were written. */
        val value: Array<CacheInvalidate>,
    )
}
