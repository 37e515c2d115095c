package io.github.cachetronomy.ktor.responses

import java.security.MessageDigest
import java.util.Base64

/** The keys of responses: `http:GET https://host/path?query`, shortened by a hash where that is long. */
internal object ResponseKeys {
    private const val LONGEST = 500

    fun of(address: String): String =
        if (address.length <= LONGEST) "http:GET $address" else "http:GET ${address.take(LONGEST / 2)}#${hash(address)}"

    /** Of a response that depends on what the request had [selected]. No address has a blank in it. */
    fun variant(
        address: String,
        id: String,
        selected: List<String?>,
    ): String {
        val text = selected.joinToString("") { if (it == null) "-" else "${it.length}:$it" }
        return "${of(address)} $id ${hash(text)}"
    }

    fun hash(text: String): String = hash(text.encodeToByteArray())

    fun hash(bytes: ByteArray): String {
        val digest = MessageDigest.getInstance("SHA-256").digest(bytes)
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest)
    }
}
