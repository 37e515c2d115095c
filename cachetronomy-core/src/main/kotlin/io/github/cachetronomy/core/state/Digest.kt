package io.github.cachetronomy.core.state

import java.security.MessageDigest
import java.util.Base64

/** 128 bits of SHA-256 (FIPS 180-4) in 22 chars: two texts with one digest will not be met. Lone surrogates count. */
internal fun digest(text: String): String {
    val digest = MessageDigest.getInstance("SHA-256").digest(text.toByteArray(Charsets.UTF_16BE))
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.copyOf(16))
}
