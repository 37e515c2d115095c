package io.github.cachetronomy.core.keys

import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerializationException
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.StructureKind
import kotlinx.serialization.encoding.AbstractEncoder
import kotlinx.serialization.encoding.CompositeEncoder
import kotlinx.serialization.modules.EmptySerializersModule
import kotlinx.serialization.modules.SerializersModule

/** Writes a serializable object as [ArgumentText] writes arguments: all of its fields, by name, defaults too. */
@OptIn(ExperimentalSerializationApi::class)
internal class SerialText private constructor(
    private val typedNumbers: Boolean,
    private val depth: Int,
    private val write: (String) -> Unit,
) : AbstractEncoder() {
    override val serializersModule: SerializersModule = EmptySerializersModule()

    override fun encodeValue(value: Any) = write(ArgumentText(typedNumbers).of(value))

    override fun encodeNull() = write("null")

    override fun encodeEnum(
        enumDescriptor: SerialDescriptor,
        index: Int,
    ) = write(enumDescriptor.getElementName(index))

    override fun beginStructure(descriptor: SerialDescriptor): CompositeEncoder {
        if (depth == DEEPEST) throw NoStableTextException("it is nested more than $DEEPEST levels deep")
        return Parts(descriptor)
    }

    /** What is inside of a class, a list, a set or a map. */
    private inner class Parts(
        private val descriptor: SerialDescriptor,
    ) : AbstractEncoder() {
        private val parts = ArrayList<String>()
        private val isMap = descriptor.kind == StructureKind.MAP
        private val isSet = descriptor.serialName.removeSuffix("?") in SETS

        private val inner = SerialText(typedNumbers, depth + 1, parts::add)

        override val serializersModule: SerializersModule get() = inner.serializersModule

        override fun encodeElement(
            descriptor: SerialDescriptor,
            index: Int,
        ): Boolean = true

        override fun encodeValue(value: Any) = inner.encodeValue(value)

        override fun encodeNull() = inner.encodeNull()

        override fun encodeEnum(
            enumDescriptor: SerialDescriptor,
            index: Int,
        ) = inner.encodeEnum(enumDescriptor, index)

        override fun beginStructure(descriptor: SerialDescriptor): CompositeEncoder = inner.beginStructure(descriptor)

        override fun endStructure(descriptor: SerialDescriptor) =
            write(
                when {
                    isMap && parts.isEmpty() -> "{:}"
                    isMap -> parts.chunked(2) { (key, value) -> "$key:$value" }.sorted().joinToString(",", "{", "}")
                    isSet -> parts.sorted().joinToString(",", "{", "}")
                    descriptor.kind == StructureKind.LIST -> parts.joinToString(",", "[", "]")
                    else -> fields()
                },
            )

        private fun fields() =
            parts.withIndex().joinToString(",", "(", ")") { (i, part) -> "${descriptor.getElementName(i)}=$part" }
    }

    companion object {
        private const val DEEPEST = 100
        private val SETS =
            setOf("kotlin.collections.HashSet", "kotlin.collections.LinkedHashSet", "kotlin.collections.Set")

        /** The text of [value]. Throws [NoStableTextException] where its serializer refuses it. */
        fun of(
            serializer: KSerializer<Any?>,
            value: Any,
            typedNumbers: Boolean,
        ): String {
            val out = StringBuilder()
            try {
                SerialText(typedNumbers, 0) { out.append(it) }.encodeSerializableValue(serializer, value)
            } catch (refused: SerializationException) {
                throw NoStableTextException("a ${value.javaClass.name} cannot be serialized", refused)
            }
            // A value class writes what it wraps.
            return if (out.startsWith("(")) out.toString() else "($out)"
        }
    }
}
