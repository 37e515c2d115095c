package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.MessagePackExtension
import java.io.ByteArrayOutputStream
import java.io.DataOutputStream
import java.math.BigInteger

/** MessagePack as [UntypedMessagePackReader] reads it, each value in its shortest form. */
internal fun writeUntypedMessagePack(value: Any?): ByteArray = UntypedMessagePackWriter().write(value)

private class UntypedMessagePackWriter {
    private val bytes = ByteArrayOutputStream()
    private val out = DataOutputStream(bytes)
    private val nesting = Nesting<Iterator<Any?>>()

    fun write(value: Any?): ByteArray {
        element(value)
        while (true) {
            val elements = nesting.innermost ?: return bytes.toByteArray()
            if (!elements.hasNext()) {
                nesting.leave()
                continue
            }
            val next = elements.next()
            if (next is Pair) {
                require(next.key !is List<*> && next.key !is Map<*, *>) { "a list or map as a key" }
                element(next.key)
                element(next.value)
            } else {
                element(next)
            }
        }
    }

    private fun element(value: Any?) {
        when (value) {
            null -> out.writeByte(0xc0)
            is Boolean -> out.writeByte(if (value) 0xc3 else 0xc2)
            is Byte, is Short, is Int, is Long -> whole((value as Number).toLong())
            is BigInteger -> big(value)
            is Float, is Double -> tagged(0xcb) { writeDouble((value as Number).toDouble()) }
            is String -> text(value.encodeToByteArray(throwOnInvalidSequence = true))
            is ByteArray -> sized(value.size, 0xc4, 0xc5, 0xc6) { write(value) }
            is MessagePackExtension -> extension(value)
            is List<*> -> open(value.size, 0x90, 0xdc, value.iterator())
            is Map<*, *> -> open(value.size, 0x80, 0xde, value.asSequence().map { Pair(it.key, it.value) }.iterator())
            else -> throw IllegalArgumentException("no MessagePack without a type for ${value.javaClass.name}")
        }
    }

    private fun open(
        size: Int,
        short: Int,
        long: Int,
        elements: Iterator<Any?>,
    ) {
        nesting.enter(elements)
        when {
            size <= 0x0f -> out.writeByte(short or size)
            size <= 0xffff -> tagged(long) { writeShort(size) }
            else -> tagged(long + 1) { writeInt(size) }
        }
    }

    private fun whole(value: Long) {
        when (value) {
            in -0x20..0x7f -> out.writeByte(value.toInt())
            in 0..0xff -> tagged(0xcc) { writeByte(value.toInt()) }
            in 0..0xffff -> tagged(0xcd) { writeShort(value.toInt()) }
            in 0..0xffff_ffff -> tagged(0xce) { writeInt(value.toInt()) }
            in 0..Long.MAX_VALUE -> tagged(0xcf) { writeLong(value) }
            in Byte.MIN_VALUE..0 -> tagged(0xd0) { writeByte(value.toInt()) }
            in Short.MIN_VALUE..0 -> tagged(0xd1) { writeShort(value.toInt()) }
            in Int.MIN_VALUE..0 -> tagged(0xd2) { writeInt(value.toInt()) }
            else -> tagged(0xd3) { writeLong(value) }
        }
    }

    private fun big(value: BigInteger) {
        if (value.bitLength() < Long.SIZE_BITS) return whole(value.toLong())
        require(value.signum() > 0 && value.bitLength() == Long.SIZE_BITS) { "MessagePack's numbers have 64 bits" }
        tagged(0xcf) { writeLong(value.toLong()) }
    }

    private fun text(utf8: ByteArray) {
        if (utf8.size <= 0x1f) {
            out.writeByte(0xa0 or utf8.size)
            out.write(utf8)
        } else {
            sized(utf8.size, 0xd9, 0xda, 0xdb) { write(utf8) }
        }
    }

    private fun extension(value: MessagePackExtension) {
        val data = value.data
        val fixed = FIXED_SIZES.indexOf(data.size)
        if (fixed >= 0) {
            tagged(0xd4 + fixed) { writeByte(value.type) }
            out.write(data)
        } else {
            sized(data.size, 0xc7, 0xc8, 0xc9) {
                writeByte(value.type)
                write(data)
            }
        }
    }

    private inline fun sized(
        size: Int,
        tag8: Int,
        tag16: Int,
        tag32: Int,
        content: DataOutputStream.() -> Unit,
    ) {
        when {
            size <= 0xff -> tagged(tag8) { writeByte(size) }
            size <= 0xffff -> tagged(tag16) { writeShort(size) }
            else -> tagged(tag32) { writeInt(size) }
        }
        out.content()
    }

    private inline fun tagged(
        tag: Int,
        content: DataOutputStream.() -> Unit,
    ) {
        out.writeByte(tag)
        out.content()
    }

    /** An entry of a map on its way out. */
    private class Pair(
        val key: Any?,
        val value: Any?,
    )

    private companion object {
        /** Extensions of these sizes have tags of their own. */
        val FIXED_SIZES = listOf(1, 2, 4, 8, 16)
    }
}
