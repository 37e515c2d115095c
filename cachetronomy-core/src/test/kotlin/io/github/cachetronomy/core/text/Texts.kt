package io.github.cachetronomy.core.text

import io.kotest.property.Arb
import io.kotest.property.arbitrary.arbitrary
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.next

/** Code points on both sides of each place where encodings and orders differ. */
private val edges =
    intArrayOf(
        0,
        1,
        '%'.code,
        '_'.code,
        'a'.code,
        'b'.code,
        0x7F,
        0x80,
        0x7FF,
        0x800,
        0xD7FF,
        0xE000,
        0xFFFF,
        0x10000,
        0x1F600,
        0x10FFFF,
    )

/** Short texts without lone surrogates, rich in odd characters and alike enough to share beginnings. */
internal val texts: Arb<String> =
    arbitrary { random ->
        val points = Arb.int(edges.indices)
        val length = Arb.int(0..4).next(random)
        buildString { repeat(length) { appendCodePoint(edges[points.next(random)]) } }
    }
