package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.text.hasLoneSurrogate
import java.nio.ByteBuffer
import java.nio.charset.CodingErrorAction

/** The text that [bytes] are in UTF-8; throws where they are not. */
internal fun strictUtf8(bytes: ByteBuffer): String =
    Charsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(bytes)
        .toString()

/** [text] in UTF-8; throws where it has none. Not by a strict encoder: its loop is slow where texts are long. */
internal fun strictUtf8(text: String): ByteArray {
    require(!text.hasLoneSurrogate()) { "a lone surrogate" }
    return text.encodeToByteArray()
}

internal fun strictUtf8(bytes: ByteArray): String = strictUtf8(ByteBuffer.wrap(bytes))
