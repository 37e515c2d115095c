package io.github.cachetronomy.core.serialization

import java.io.ByteArrayOutputStream
import java.io.IOException
import java.util.zip.GZIPInputStream
import java.util.zip.GZIPOutputStream

/** gzip (RFC 1952) with a bound on what comes out, so that a few stored bytes cannot fill the heap. */
internal object Gzip {
    /** The most bytes that a compressed value may inflate to; larger values are stored as they are. */
    const val MAX_INFLATED: Int = 64 * 1024 * 1024

    fun compress(data: ByteArray): ByteArray {
        val out = ByteArrayOutputStream(data.size / 2 + 64)
        GZIPOutputStream(out).use { it.write(data) }
        return out.toByteArray()
    }

    fun inflate(data: ByteArray): ByteArray =
        GZIPInputStream(data.inputStream()).use { input ->
            val inflated = input.readNBytes(MAX_INFLATED + 1)
            if (inflated.size > MAX_INFLATED) throw IOException("inflates to more than $MAX_INFLATED bytes")
            inflated
        }
}
