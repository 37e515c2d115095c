package io.github.cachetronomy.ktor

import java.security.MessageDigest
import java.util.HexFormat

/** The SHA-256 of [text] in hexadecimal digits. Texts with a lone surrogate have that of another text. */
internal fun sha256(text: String): String =
    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.toByteArray()))
