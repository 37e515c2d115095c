package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.MessagePackExtension
import java.math.BigInteger
import java.nio.ByteBuffer

/**
 * Reads MessagePack (github.com/msgpack/msgpack, spec.md). Keys of maps are whatever has no elements of its
 * own; Python, too, has no lists and maps as keys. What follows the value is refused.
 */
internal class UntypedMessagePackReader(
    bytes: ByteArray,
) {
    private val input = ByteBuffer.wrap(bytes)
    private val nesting = Nesting<Counting>()

    /** What the last byte opened instead of giving a value. */
    private var opened: Counting? = null

    fun read(): Any? {
        while (true) {
            var value = item()
            opened?.let {
                opened = null
                nesting.enter(it)
                if (it.left > 0) {
                    it.before()
                    value = UNFINISHED
                } else {
                    value = nesting.leave().filling.value
                }
            }
            while (value !== UNFINISHED) {
                val outer = nesting.innermost
                if (outer == null) {
                    require(!input.hasRemaining()) { "bytes follow the value" }
                    return value
                }
                outer.filling.add(value)
                if (--outer.left > 0) {
                    outer.before()
                    break
                }
                value = nesting.leave().filling.value
            }
        }
    }

    private fun Counting.before() {
        if (filling !is FillingMap) return
        filling.key = item()
        require(opened == null) { "a list or map as a key" }
    }

    private fun item(): Any? {
        val first = byte()
        return when {
            first <= 0x7f -> first.toLong()
            first <= 0x8f -> open(FillingMap(), (first and 0x0f).toLong())
            first <= 0x9f -> open(FillingList(), (first and 0x0f).toLong())
            first <= 0xbf -> text((first and 0x1f).toLong())
            first >= 0xe0 -> (first - 0x100).toLong()
            else -> longForm(first)
        }
    }

    private fun longForm(first: Int): Any? =
        when (first) {
            0xc0 -> null
            0xc2 -> false
            0xc3 -> true
            0xc4, 0xc5, 0xc6 -> take(unsigned(first - 0xc4))
            0xc7, 0xc8, 0xc9 -> extension(unsigned(first - 0xc7))
            0xca -> input.getFloat().toDouble()
            0xcb -> input.getDouble()
            0xcc, 0xcd, 0xce -> unsigned(first - 0xcc)
            0xcf -> unsignedLong(input.getLong())
            0xd0 -> input.get().toLong()
            0xd1 -> input.getShort().toLong()
            0xd2 -> input.getInt().toLong()
            0xd3 -> input.getLong()
            0xd4, 0xd5, 0xd6, 0xd7, 0xd8 -> extension(1L shl (first - 0xd4))
            0xd9, 0xda, 0xdb -> text(unsigned(first - 0xd9))
            0xdc, 0xdd -> open(FillingList(), unsigned(first - 0xdc + 1))
            0xde, 0xdf -> open(FillingMap(), unsigned(first - 0xde + 1))
            else -> throw IllegalArgumentException("a byte that MessagePack does not use")
        }

    private fun open(
        filling: Filling,
        elements: Long,
    ): Any? {
        opened = Counting(filling, elements)
        return null
    }

    private fun byte(): Int = input.get().toInt() and 0xff

    /** A whole number of 1, 2 or 4 bytes. */
    private fun unsigned(power: Int): Long =
        when (power) {
            0 -> byte().toLong()
            1 -> input.getShort().toLong() and 0xffff
            else -> input.getInt().toLong() and 0xffff_ffff
        }

    private fun unsignedLong(bits: Long): Any = if (bits >= 0) bits else BigInteger(bits.toULong().toString())

    private fun text(length: Long): String {
        val bytes = input.slice(input.position(), checked(length))
        input.position(input.position() + length.toInt())
        return strictUtf8(bytes)
    }

    private fun take(length: Long): ByteArray = ByteArray(checked(length)).also { input.get(it) }

    private fun extension(length: Long): MessagePackExtension {
        val type = input.get().toInt()
        return MessagePackExtension(type, take(length))
    }

    /** The length is not believed before memory is taken for it. */
    private fun checked(length: Long): Int {
        require(length <= input.remaining()) { "the bytes end too early" }
        return length.toInt()
    }

    private class Counting(
        val filling: Filling,
        var left: Long,
    )

    private companion object {
        val UNFINISHED = Any()
    }
}
