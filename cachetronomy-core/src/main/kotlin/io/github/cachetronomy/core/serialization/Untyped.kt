package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.spi.Serializer
import io.github.cachetronomy.core.spi.ValueType
import java.lang.reflect.ParameterizedType

/**
 * Values whose type the reader does not know: null, Boolean, Long, BigInteger, Double, String, List and
 * Map; in MessagePack also ByteArray and MessagePackExtension. Maps keep the order of the bytes, and of
 * two equal keys the last one holds, as in Python.
 *
 * Nothing here recurses, so that no depth of nesting can exhaust a thread's stack.
 */
internal object Untyped {
    /**
     * How many lists and maps may lie in each other. Python's readers take 1,024 (orjson, msgpack) or
     * about 1,000 (json); values nested deeper would be a danger to whoever compares or prints them.
     */
    const val MAX_DEPTH: Int = 1_024

    val serializers: List<Serializer> =
        listOf(
            UntypedSerializer(Formats.JSON, ::writeUntypedJson) { UntypedJsonReader(strictUtf8(it)).read() },
            UntypedSerializer(Formats.MSGPACK, ::writeUntypedMessagePack) { UntypedMessagePackReader(it).read() },
        )

    /** Whether [type] says no more than «anything»; of Kotlin's types also «a list of anything», «a map to anything». */
    fun matches(type: ValueType): Boolean {
        if (type.rawClass == Any::class.java) return type.type == Any::class.java
        val arguments = (type.type as? ParameterizedType)?.actualTypeArguments ?: return false
        if (!type.takesNullForAny()) return false
        return when (type.rawClass) {
            List::class.java -> arguments[0] == Any::class.java
            Map::class.java -> arguments[0] in KEYS && arguments[1] == Any::class.java
            else -> false
        }
    }

    /** Whether every key is a text where [type] says so. */
    fun keysFit(
        type: ValueType,
        value: Any?,
    ): Boolean = !type.hasTextKeys() || value !is Map<*, *> || value.keys.all { it is String }

    private fun ValueType.hasTextKeys(): Boolean =
        rawClass == Map::class.java && (type as ParameterizedType).actualTypeArguments[0] == String::class.java

    private val KEYS = setOf(String::class.java, Any::class.java)
}

private class UntypedSerializer(
    override val format: String,
    private val write: (Any?) -> ByteArray,
    private val read: (ByteArray) -> Any?,
) : Serializer {
    override fun supports(type: ValueType): Boolean = Untyped.matches(type)

    override fun encode(
        value: Any?,
        type: ValueType,
    ): ByteArray = write(value)

    override fun decode(
        bytes: ByteArray,
        type: ValueType,
    ): Any? = read(bytes).also { require(Untyped.keysFit(type, it)) { "a key that is no text" } }
}

/** A list or map that is being filled. */
internal sealed class Filling {
    abstract val value: Any

    abstract fun add(element: Any?)
}

internal class FillingList : Filling() {
    override val value = ArrayList<Any?>()

    override fun add(element: Any?) {
        value.add(element)
    }
}

/** [key] is that of the next element. */
internal class FillingMap : Filling() {
    override val value = LinkedHashMap<Any?, Any?>()
    var key: Any? = null

    override fun add(element: Any?) {
        value[key] = element
    }
}

/** The lists and maps that are open, outermost first. */
internal class Nesting<T> {
    private val open = ArrayList<T>()

    val innermost: T? get() = open.lastOrNull()

    fun enter(container: T) {
        require(open.size < Untyped.MAX_DEPTH) { "nested deeper than ${Untyped.MAX_DEPTH}" }
        open.add(container)
    }

    fun leave(): T = open.removeAt(open.lastIndex)
}
