package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.spi.ValueType
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.descriptors.PolymorphicKind
import kotlinx.serialization.descriptors.PrimitiveKind
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.SerialKind
import kotlinx.serialization.descriptors.StructureKind
import kotlinx.serialization.descriptors.elementDescriptors
import kotlinx.serialization.descriptors.elementNames
import kotlinx.serialization.descriptors.nonNullOriginal
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonClassDiscriminator
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.add
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject

/**
 * JSON Schemas (draft 2020-12, json-schema.org) of what the format `json` writes and reads, for programs that
 * share a file without sharing its classes. Thread-safe.
 */
@OptIn(ExperimentalSerializationApi::class)
public object JsonSchema {
    private const val DRAFT = "https://json-schema.org/draft/2020-12/schema"
    private val pretty =
        Json {
            prettyPrint = true
            prettyPrintIndent = "  "
        }

    /**
     * The schema of [type] as a JSON text. Properties with a default may be left out by who writes; any that the
     * class does not have are refused. What is not finite has no form in a schema, though the format writes it.
     *
     * @throws IllegalArgumentException if [type] is not serializable by kotlinx.serialization, or is nothing that
     * the format `json` can write
     */
    @JvmStatic
    public fun of(type: ValueType): String {
        val serializer =
            requireNotNull(type.kotlinSerializer()) { "$type is not serializable by kotlinx.serialization" }
        val root = serializer.descriptor.nonNullOriginal
        return pretty.encodeToString(JsonObject.serializer(), Definitions(root).schema())
    }

    /** The classes that occur below [root], each described once and referred to by its name. */
    private class Definitions(
        private val root: SerialDescriptor,
    ) {
        private val names = HashMap<SerialDescriptor, String>()
        private val definitions = LinkedHashMap<String, JsonObject>()

        fun schema(): JsonObject =
            buildJsonObject {
                put("\$schema", DRAFT)
                put("title", root.serialName)
                described(root).forEach { (name, value) -> put(name, value) }
                if (definitions.isNotEmpty()) put("\$defs", JsonObject(definitions))
            }

        private fun of(descriptor: SerialDescriptor): JsonObject {
            val plain = descriptor.nonNullOriginal
            val schema = if (plain.isNamed()) reference(plain) else described(plain)
            return if (descriptor.isNullable) schema.orNull() else schema
        }

        private fun SerialDescriptor.isNamed() = !isInline && kind in NAMED_KINDS

        private fun reference(descriptor: SerialDescriptor): JsonObject {
            if (descriptor == root) return buildJsonObject { put("\$ref", "#") }
            val name =
                names.getOrPut(descriptor) {
                    // A generic class has one name, whatever its arguments are.
                    val taken = names.keys.count { it.serialName == descriptor.serialName }
                    if (taken == 0) descriptor.serialName else "${descriptor.serialName}-${taken + 1}"
                }
            if (name !in definitions) {
                // Its place is taken first, since it may contain itself.
                definitions[name] = JsonObject(emptyMap())
                definitions[name] = described(descriptor)
            }
            return buildJsonObject { put("\$ref", "#/\$defs/${pointer(name)}") }
        }

        private fun described(descriptor: SerialDescriptor): JsonObject =
            if (descriptor.isInline) {
                inlined(descriptor)
            } else {
                buildJsonObject { describe(descriptor) }
            }

        private fun inlined(descriptor: SerialDescriptor): JsonObject {
            val inner = of(descriptor.getElementDescriptor(0))
            return if (descriptor.serialName in UNSIGNED) JsonObject(inner + ("minimum" to JsonPrimitive(0))) else inner
        }

        private fun JsonObjectBuilder.describe(descriptor: SerialDescriptor) {
            when (val kind = descriptor.kind) {
                PrimitiveKind.BOOLEAN -> {
                    put("type", "boolean")
                }

                PrimitiveKind.BYTE, PrimitiveKind.SHORT, PrimitiveKind.INT, PrimitiveKind.LONG -> {
                    put("type", "integer")
                }

                PrimitiveKind.FLOAT, PrimitiveKind.DOUBLE -> {
                    put("type", "number")
                }

                PrimitiveKind.STRING -> {
                    put("type", "string")
                }

                PrimitiveKind.CHAR -> {
                    put("type", "string")
                    put("minLength", 1)
                    put("maxLength", 1)
                }

                SerialKind.ENUM -> {
                    put("type", "string")
                    putJsonArray("enum") { descriptor.elementNames.forEach { add(it) } }
                }

                StructureKind.LIST -> {
                    put("type", "array")
                    put("items", of(descriptor.getElementDescriptor(0)))
                }

                StructureKind.MAP -> {
                    requireTextKeys(descriptor)
                    put("type", "object")
                    put("additionalProperties", of(descriptor.getElementDescriptor(1)))
                }

                StructureKind.CLASS, StructureKind.OBJECT -> {
                    describeClass(descriptor, null)
                }

                PolymorphicKind.SEALED -> {
                    describeSealed(descriptor)
                }

                // Known only to whoever writes: anything.
                SerialKind.CONTEXTUAL -> {}

                else -> {
                    throw IllegalArgumentException("${descriptor.serialName} has no schema, being of the kind $kind")
                }
            }
        }

        /** [tag] is the property that tells the subclass, and its value. */
        private fun JsonObjectBuilder.describeClass(
            descriptor: SerialDescriptor,
            tag: Pair<String, String>?,
        ) {
            put("type", "object")
            putJsonObject("properties") {
                tag?.let { (property, name) -> putJsonObject(property) { put("const", name) } }
                for (i in 0 until descriptor.elementsCount) {
                    put(descriptor.getElementName(i), of(descriptor.getElementDescriptor(i)))
                }
            }
            putJsonArray("required") {
                tag?.let { (property) -> add(property) }
                for (i in 0 until descriptor.elementsCount) {
                    if (!descriptor.isElementOptional(i)) add(descriptor.getElementName(i))
                }
            }
            put("additionalProperties", false)
        }

        /** A sealed class has two elements: the name of the subclass, and what lists the subclasses. */
        private fun JsonObjectBuilder.describeSealed(descriptor: SerialDescriptor) {
            val given = descriptor.annotations.filterIsInstance<JsonClassDiscriminator>().firstOrNull()
            val property = given?.discriminator ?: DISCRIMINATOR
            putJsonArray("oneOf") {
                for (subclass in descriptor.getElementDescriptor(1).elementDescriptors) {
                    addJsonObject { describeClass(subclass, property to subclass.serialName) }
                }
            }
        }

        private fun requireTextKeys(map: SerialDescriptor) {
            var key = map.getElementDescriptor(0).nonNullOriginal
            while (key.isInline) key = key.getElementDescriptor(0)
            require(key.kind is PrimitiveKind || key.kind == SerialKind.ENUM) {
                "JSON has only texts for keys, and ${key.serialName} is none"
            }
        }

        private fun JsonObject.orNull(): JsonObject =
            buildJsonObject {
                putJsonArray("anyOf") {
                    add(this@orNull)
                    addJsonObject { put("type", "null") }
                }
            }

        /** As a step of a JSON Pointer (RFC 6901) in a URI fragment; names of classes need no more than this. */
        private fun pointer(name: String) = name.replace("~", "~0").replace("/", "~1")
    }

    /** The property in which kotlinx.serialization names a subclass unless told otherwise. */
    private const val DISCRIMINATOR = "type"
    private val NAMED_KINDS =
        setOf(StructureKind.CLASS, StructureKind.OBJECT, SerialKind.ENUM, PolymorphicKind.SEALED)
    private val UNSIGNED = setOf("kotlin.UByte", "kotlin.UShort", "kotlin.UInt", "kotlin.ULong")
}
