package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.spi.StoredEntry
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe

@Tags("fast")
class RowCodecSpec :
    FunSpec({
        val entry =
            StoredEntry(
                "user:7",
                "the value".encodeToByteArray(),
                "protobuf+gzip",
                1_893_499_200_123_456L,
                listOf("users", "\u00fc"),
                3,
                "default",
                1_893_499_199_000_000L,
                42,
            )
        val text = RowLabels.of(entry).text().encodeToByteArray()
        val sealed =
            RowHeader(StoredEntry.checksumOf(entry.data), entry.expiresAt, entry.createdAt, entry.shape)
                .seal(entry.key.encodeToByteArray(), text)

        fun read(
            key: String = entry.key,
            data: ByteArray? = entry.data,
            header: ByteArray? = sealed,
            labels: ByteArray = text,
        ) = RowCodec.entry(key, data, entry.data.size, header, labels)

        test("a sound row reads as it was written") {
            val row = read()
            row.fault.shouldBeNull()
            row.sameAs(entry) shouldBe true
            row.shape shouldBe 42L
        }

        test("the labels are the columns in one text, joined by U+001F") {
            text.decodeToString() shouldBe
                "protobuf+gzip\u001F2030-01-01T12:00:00.123456+00:00\u001F3\u001Fdefault\u001F[\"users\", \"\\u00fc\"]"
        }

        test("a profile's name may hold the separator") {
            val odd = RowLabels("json", "t", 1, "a\u001Fb\u001F", "[]")
            RowLabels.parse(odd.text())?.profile shouldBe "a\u001Fb\u001F"
            RowLabels.parse(odd.text())?.tags shouldBe "[]"
        }

        listOf(
            "",
            "json",
            "json\u001Ft\u001F1\u001F[]",
            "json\u001Ft\u001Fone\u001Fp\u001F[]",
            "json\u001Ft\u001F\u001Fp\u001F[]",
        ).forEach {
            test("«$it» are no labels") {
                RowLabels.parse(it).shouldBeNull()
                read(header = null, labels = it.encodeToByteArray()).fault shouldBe MissReason.DAMAGED
            }
        }

        test("a flipped bit of the value is noticed") {
            entry.data.eachFlip {
                flipped,
                bit,
                ->
                withClue(bit) { read(data = flipped).fault shouldBe MissReason.DAMAGED }
            }
        }

        test("a flipped bit of any other column is noticed") {
            text.eachFlip { flipped, bit -> withClue(bit) { read(labels = flipped).fault shouldBe MissReason.DAMAGED } }
        }

        // The layout byte too: a row that it makes look foreign would be read without its checksums and its shape.
        test("a flipped bit of the header is noticed") {
            sealed.eachFlip {
                flipped,
                bit,
                ->
                withClue(bit) { read(header = flipped).fault shouldBe MissReason.DAMAGED }
            }
        }

        test("a row found under another key is noticed") {
            read(key = "user:8").fault shouldBe MissReason.DAMAGED
        }

        test("a value that was cut or has grown is noticed") {
            for (length in listOf(0, 1, entry.data.size - 1, entry.data.size + 1)) {
                read(data = entry.data.copyOf(length)).fault shouldBe MissReason.DAMAGED
            }
        }

        test("a header that was cut, has grown or was zeroed is noticed") {
            for (length in listOf(0, 1, sealed.size - 1, sealed.size + 1)) {
                withClue(length) { read(header = sealed.copyOf(length)).fault shouldBe MissReason.DAMAGED }
            }
            read(header = ByteArray(sealed.size)).fault shouldBe MissReason.DAMAGED
        }

        test("without its value a row is judged by the rest") {
            read(data = null).fault.shouldBeNull()
            read(data = null).size shouldBe entry.data.size
            read(data = null, key = "user:8").fault shouldBe MissReason.DAMAGED
        }

        test("a row without a header is one of another program, read from its columns") {
            val row = read(header = null)
            row.fault.shouldBeNull()
            row.expiresAt shouldBe entry.expiresAt
            row.tags shouldBe entry.tags
            row.createdAt shouldBe StoredEntry.UNKNOWN
            row.shape shouldBe 0L
        }

        test("a row of another program with an unreadable time or tags is damaged") {
            for ((expireAt, tags) in listOf(
                "soon" to "[]",
                "2030-01-01T12:00:00" to "[]",
                "2030-01-01T12:00:00+00:00" to "null",
            )) {
                val labels = RowLabels("json", expireAt, 1, "default", tags).text()
                read(header = null, labels = labels.encodeToByteArray()).fault shouldBe MissReason.DAMAGED
            }
        }
    })

private inline fun ByteArray.eachFlip(action: (ByteArray, String) -> Unit) {
    for (bit in 0 until size * 8) {
        val flipped = clone()
        flipped[bit / 8] = (flipped[bit / 8].toInt() xor (1 shl bit % 8)).toByte()
        action(flipped, "bit ${bit % 8} of byte ${bit / 8}")
    }
}
