package io.github.cachetronomy.core.serialization

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

internal fun strictUtf8(bytes: ByteArray): String = strictUtf8(ByteBuffer.wrap(bytes))
