package io.github.cachetronomy.core.spi

import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.KSerializer
import kotlinx.serialization.builtins.nullable
import kotlinx.serialization.descriptors.PrimitiveKind
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.nonNullOriginal

/**
 * A hash over what a class looks like when it is written: kinds, element names and order,
 * nullability and optionality, all the way down. Two classes of one shape read each other's bytes;
 * a class that changed has another hash, so that rows of the old one become misses.
 *
 * FNV-1a with 64 bits over a walk of the serial descriptors. Each descriptor is walked once; where it
 * occurs again, and a class that contains itself does, its number in the order of the walk stands for it.
 */
@OptIn(ExperimentalSerializationApi::class)
internal object ShapeHash {
    private const val OFFSET = -3750763034362895579L
    private const val PRIME = 1099511628211L

    fun of(descriptor: SerialDescriptor): Long {
        val hash = Walk().apply { visit(descriptor, top = true) }.hash
        // 0 stands for «no shape known».
        return if (hash == 0L) 1L else hash
    }

    private class Walk {
        var hash = OFFSET
        private val numbers = HashMap<SerialDescriptor, Int>()

        fun visit(
            descriptor: SerialDescriptor,
            top: Boolean = false,
        ) {
            add(descriptor.kind.toString())
            // A cached null is a value of every type, so the outermost nullability is no difference.
            if (!top) add(if (descriptor.isNullable) "?" else "!")
            if (descriptor.kind !is PrimitiveKind) {
                val number = numbers.putIfAbsent(descriptor.nonNullOriginal, numbers.size)
                if (number != null) return add(number.toString())
            }
            for (i in 0 until descriptor.elementsCount) {
                add(descriptor.getElementName(i))
                add(if (descriptor.isElementOptional(i)) "=" else "-")
                visit(descriptor.getElementDescriptor(i))
            }
            add(";")
        }

        private fun add(text: String) {
            for (char in text) {
                hash = (hash xor (char.code and 0xff).toLong()) * PRIME
                hash = (hash xor (char.code ushr 8).toLong()) * PRIME
            }
            hash = (hash xor 0x1f) * PRIME
        }
    }
}

@Suppress("UNCHECKED_CAST")
internal fun KSerializer<*>.nullableAny(): KSerializer<Any?> = (this as KSerializer<Any>).nullable
