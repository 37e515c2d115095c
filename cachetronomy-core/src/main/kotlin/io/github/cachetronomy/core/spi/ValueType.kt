package io.github.cachetronomy.core.spi

import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.KSerializer
import kotlinx.serialization.descriptors.PolymorphicKind
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.StructureKind
import kotlinx.serialization.descriptors.elementDescriptors
import kotlinx.serialization.serializerOrNull
import java.lang.invoke.MethodType
import java.lang.reflect.ParameterizedType
import java.lang.reflect.Type
import kotlin.reflect.KType
import kotlin.reflect.javaType

/**
 * The type of a cached value, the same whichever language named it: a Java type, primitives boxed.
 *
 * A value in memory is handed only to a reader of an equal type; any other reader gets the stored
 * bytes decoded. Nullability counts inside of type arguments (a `List<String?>` is no
 * `List<String>`) and not at the top, where a null is a value like any other.
 *
 * Immutable and thread-safe.
 */
public class ValueType private constructor(
    /** The Java type, boxed. */
    public val type: Type,
    /** Which of the type arguments are nullable, as the Java type does not say. */
    private val nullability: String,
    private val kotlinType: KType?,
) {
    /** The class, when that alone says the type; null for types with arguments. */
    internal val plainClass: Class<*>? = (type as? Class<*>)?.takeIf { it.typeParameters.isEmpty() }

    /** The class without its type arguments. */
    public val rawClass: Class<*> = rawClassOf(type)

    /** [UNRESOLVED], then a serializer or null. A race resolves it twice to the same. */
    @Volatile
    private var serializer: Any? = UNRESOLVED

    @Volatile
    private var shapeOrUnknown: Long? = null

    /**
     * The kotlinx.serialization serializer of this type, which also takes null, or null for a type
     * that has none.
     */
    @Suppress("UNCHECKED_CAST")
    public fun kotlinSerializer(): KSerializer<Any?>? {
        if (serializer === UNRESOLVED) serializer = resolveSerializer()
        return serializer as KSerializer<Any?>?
    }

    /** The hash of this type's serial shape, or 0 where it has no Kotlin serializer. */
    internal fun shape(): Long =
        shapeOrUnknown ?: (kotlinSerializer()?.let { ShapeHash.of(it.descriptor) } ?: 0L).also { shapeOrUnknown = it }

    /** Whether Kotlin named this type, and a null is welcome wherever a type argument says no more than `Any`. */
    internal fun takesNullForAny(): Boolean =
        kotlinType != null &&
            kotlinType.arguments.all { it.type?.run { isMarkedNullable || classifier != Any::class } ?: false }

    override fun equals(other: Any?): Boolean =
        other is ValueType && (this === other || (type == other.type && nullability == other.nullability))

    override fun hashCode(): Int = type.hashCode()

    override fun toString(): String = type.typeName

    private fun resolveSerializer(): KSerializer<*>? {
        val found =
            try {
                kotlinType?.let { serializerOrNull(it) } ?: serializerOrNull(type)
            } catch (_: IllegalArgumentException) {
                // Types with wildcards or variables have no serializer.
                null
            }
        if (found == null || found.descriptor.isOpen()) return null
        return if (found.descriptor.isNullable) found else found.nullableAny()
    }

    public companion object {
        private const val NONE_NULLABLE = ""
        private val UNRESOLVED = Any()

        private val plainTypes =
            object : ClassValue<ValueType>() {
                override fun computeValue(type: Class<*>): ValueType = ValueType(type, NONE_NULLABLE, null)
            }

        /** The type of instances of [type], boxed when it is a primitive class. */
        @JvmStatic
        public fun of(type: Class<*>): ValueType = plainTypes.get(boxed(type))

        /** The value type of any Java type. */
        @JvmStatic
        public fun of(type: Type): ValueType = if (type is Class<*>) of(type) else ValueType(type, NONE_NULLABLE, null)

        /** The value type of a Kotlin type. */
        @OptIn(ExperimentalStdlibApi::class)
        public fun of(type: KType): ValueType {
            val javaType = type.javaType
            if (javaType is Class<*> && type.arguments.isEmpty()) return of(javaType)
            return ValueType(boxed(javaType), type.nullability(), type)
        }

        private fun boxed(type: Type): Type = if (type is Class<*>) boxed(type) else type

        /** Not by Kotlin's reflection, which takes long to load. */
        private fun boxed(type: Class<*>): Class<*> = MethodType.methodType(type).wrap().returnType()

        /** A sign for each type argument, in the order they are written; none where none is nullable. */
        private fun KType.nullability(): String {
            val signs = StringBuilder()

            fun visit(type: KType) {
                for (argument in type.arguments.mapNotNull { it.type }) {
                    signs.append(if (argument.isMarkedNullable) '?' else '!')
                    visit(argument)
                }
            }
            visit(this)
            return if ('?' in signs) signs.toString() else NONE_NULLABLE
        }

        private fun rawClassOf(type: Type): Class<*> =
            when (type) {
                is Class<*> -> type
                is ParameterizedType -> rawClassOf(type.rawType)
                else -> Any::class.java
            }

        /**
         * Whether values would be written by class name: kotlinx.serialization gives such a serializer
         * to every interface and to `Any`, and cannot use it without a module that lists the classes.
         */
        @OptIn(ExperimentalSerializationApi::class)
        private fun SerialDescriptor.isOpen(): Boolean =
            when (kind) {
                PolymorphicKind.OPEN -> true
                StructureKind.LIST, StructureKind.MAP -> elementDescriptors.any { it.isOpen() }
                else -> false
            }
    }
}
