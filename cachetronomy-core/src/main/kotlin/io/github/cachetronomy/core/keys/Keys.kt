package io.github.cachetronomy.core.keys

/**
 * Makes keys of a name and arguments: `Keys.of("user", 7)` is `user(7)`.
 *
 * Two keys are equal exactly when the names and the arguments are. The order of maps and sets makes no difference,
 * nor does the type of a number: `1`, `1L` and `1.0` are one argument. `null` is not `"null"`, `1` not `"1"`, and
 * `("a", "b")` not `("a,b")`. A key that would be long has a hash in the place of its arguments (SHA-256, FIPS 180-4).
 *
 * Arguments may be null, text, numbers, enums, collections, arrays, records, what kotlinx.serialization serializes,
 * and the values of `java.time` and their like. Thread-safe.
 */
public object Keys {
    /**
     * The key of [name] and [arguments].
     *
     * @throws IllegalArgumentException if the name is empty, or an argument has no text that would be the same tomorrow:
     *   a lambda, say, or an object that only its address tells from others
     */
    @JvmStatic
    public fun of(
        name: String,
        vararg arguments: Any?,
    ): String = FunctionKey(name).of(arguments.asList())
}
