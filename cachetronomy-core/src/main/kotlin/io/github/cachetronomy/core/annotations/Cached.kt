package io.github.cachetronomy.core.annotations

/**
 * On a method of an interface: what it returns is kept, and the method is called only for what is not. The interface has
 * to be woven: `cache.wrap(Users.class, users)` in Java, `cache.wrap<Users>(users)` in Kotlin.
 *
 * ```
 * interface Users {
 *   @Cached(timeToLive = "5m", tags = "users")
 *   User find(int id);
 *
 *   @CacheInvalidate(name = "find")
 *   void delete(int id);
 * }
 * ```
 *
 * The method may return a value, an [java.util.Optional], a [java.util.concurrent.CompletableFuture] or
 * [java.util.concurrent.CompletionStage] of either, or suspend. It is called at most once for the same arguments however
 * many callers wait, and what it throws is not kept. An empty Optional is kept as a null.
 *
 * Everything here is looked at when the interface is woven, and what is wrong refused then, with the method's name.
 */
@MustBeDocumented
@Retention(AnnotationRetention.RUNTIME)
@Target(AnnotationTarget.FUNCTION)
public annotation class Cached(
    /**
     * The name that the keys begin with, which no other function may have, and must stay the same if results are to be
     * found after a restart. Empty = the interface's name and the method's, and behind them the types of the parameters
     * where the interface has another method of that name.
     */
    val name: String = "",
    /**
     * How long a result is kept: `30s`, `5m`, `1h 30m`, `7d`, `PT5M`, or `forever`. Empty = as long as the active profile
     * says.
     */
    val timeToLive: String = "",
    /** The tags of the results; none = those of the active profile. */
    val tags: Array<String> = [],
    /**
     * A template of the whole key, such as `user:{id}`, in the place of the name and all arguments.
     *
     * In braces stands a parameter, by its name (which has to be compiled in: `-parameters`, for Kotlin
     * `-java-parameters`) or by its place, from `{0}` on; behind it, after dots, components of records, properties or what
     * getters give: `{order.customer.id}`, which is null where anything on the way is. Two calls for which any of these
     * differ have different keys: only plain words, numbers, `true`, `false` and `null` stand as they are, and all else in
     * quotes or parentheses. `{{` and `}}` are braces. What no placeholder names makes no difference to the key.
     */
    val key: String = "",
    /** Parameters that make no difference to the result, by their names or places. Not together with a [key]. */
    val ignored: Array<String> = [],
    /**
     * The name of a static or default method of the interface with the same parameters, which returns a boolean: where it
     * is false, the cache is not asked and keeps nothing. Empty = the cache is always asked.
     */
    val condition: String = "",
    /**
     * The name of a static or default method of the interface with one parameter, the result (what is inside of an
     * Optional or a future), which returns a boolean: where it is false, the result is not kept. Empty = every one is.
     */
    val keepIf: String = "",
    /** Whether a null, or an empty Optional, is a result to be kept. */
    val keepNull: Boolean = true,
    /** The most results that are kept, the one not used for longest goes first; -1 = any number. */
    val maxEntries: Int = -1,
    /** The version of the results, from 1 on: one of another version is none. 0 = any. */
    val version: Long = 0,
    /** The format that results are written in; empty = `json`, or `bytes` for byte arrays. */
    val format: String = "",
)
