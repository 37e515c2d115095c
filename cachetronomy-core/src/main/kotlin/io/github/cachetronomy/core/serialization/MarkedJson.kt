package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.MessagePackExtension
import java.util.Base64

/**
 * Values as JSON text (RFC 8259), for people, scripts and exports. What JSON has no form for is an object with a name
 * that begins with `$`:
 *
 * ```
 * {"$bytes": BASE64}                 a byte array
 * {"$ext": TYPE, "base64": BASE64}   an extension of MessagePack
 * {"$float": "NaN"}                  or "Infinity", "-Infinity"
 * {"$map": [[KEY, VALUE], …]}        a map with a key that is no text, or begins with `$`
 * ```
 *
 * Nothing that is printed steers a terminal: what could is escaped, beyond what JSON demands. Thread-safe.
 */
@InternalCachetronomyApi
public object MarkedJson {
    /** The text of [value]; what is none of the values that the cache knows stands as its text. */
    @JvmStatic
    public fun text(value: Any?): String = MarkedJsonWriter().write(value).toString()

    /** The text of [value], or null where it is nested so deep that [read] refuses it. */
    internal fun readableText(value: Any?): String? {
        val writer = MarkedJsonWriter()
        val text = writer.write(value)
        return if (writer.deepest <= Untyped.MAX_DEPTH) text.toString() else null
    }

    /**
     * The value that [text] stands for.
     *
     * @throws IllegalArgumentException if it stands for none
     */
    internal fun read(text: String): Any? = UntypedJsonReader(text, ::unmarked).read()

    private fun unmarked(container: Any): Any? {
        if (container !is Map<*, *>) return container
        val marks = container.keys.filter { (it as String).startsWith(MARK) }
        if (marks.isEmpty()) return container
        val mark = marks.first()
        require(container.size == if (mark == EXTENSION) 2 else 1) { "an object with a mark has too many names" }
        val content = container[mark]
        return when (mark) {
            BYTES -> bytes(content)
            RAW -> RawBytes(bytes(content))
            FLOAT -> requireNotNull(FLOATS[content]) { "no number is called so in $FLOAT" }
            MAP -> map(content)
            EXTENSION -> extension(content, container[BASE64])
            else -> throw IllegalArgumentException("an object with a mark that has no meaning")
        }
    }

    private fun bytes(content: Any?): ByteArray =
        Base64.getDecoder().decode(requireNotNull(content as? String) { "bytes are a text in base64" })

    private fun map(content: Any?): Map<Any?, Any?> =
        requireNotNull(content as? List<*>) { "a $MAP is a list of pairs" }.associate { pair ->
            require(pair is List<*> && pair.size == 2) { "a $MAP is a list of pairs" }
            pair[0] to pair[1]
        }

    private fun extension(
        type: Any?,
        data: Any?,
    ): MessagePackExtension {
        require(type is Long && type in Byte.MIN_VALUE..Byte.MAX_VALUE) { "the type of an extension is a byte" }
        return MessagePackExtension(type.toInt(), bytes(data))
    }

    internal const val MARK = "$"
    internal const val BYTES = "\$bytes"
    internal const val RAW = "\$raw"
    internal const val FLOAT = "\$float"
    internal const val MAP = "\$map"
    internal const val EXTENSION = "\$ext"
    internal const val BASE64 = "base64"
    private val FLOATS =
        listOf(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY).associateBy(Double::toString)
}
