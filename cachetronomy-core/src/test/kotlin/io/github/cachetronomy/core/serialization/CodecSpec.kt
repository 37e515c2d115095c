package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.EncodingFailedException
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.spi.Serializer
import io.github.cachetronomy.core.spi.ValueType
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.serialization.Serializable
import java.io.ByteArrayOutputStream
import java.util.concurrent.CancellationException
import java.util.zip.GZIPOutputStream
import kotlin.random.Random

@Tags("fast")
class CodecSpec :
    FunSpec({
        val codec = codec()

        test("a format that nobody registered cannot be written") {
            shouldThrow<IllegalArgumentException> {
                codec.encode("key", "v", type<String>(), "xml")
            }.message.orEmpty() shouldContain
                "'xml'"
            shouldThrow<IllegalArgumentException> { codec.requireWritable("json+gzip") }
            shouldThrow<IllegalArgumentException> { codec.requireWritable("orjson") }
        }

        test("a row in a format that nobody registered is a miss that says so") {
            for (format in listOf("xml", "", "JSON", "json+zstd", "json+gzip+gzip", "+gzip")) {
                shouldThrow<Unreadable> { codec.decode(row(ByteArray(3), format), type<String>()) }.reason shouldBe
                    MissReason.FORMAT
                codec.knows(format) shouldBe false
            }
            codec.knows("json+gzip") shouldBe true
            codec.knows("orjson") shouldBe true
        }

        test("a type that no serializer supports cannot be written, and the message names the key and not the value") {
            val failure =
                shouldThrow<EncodingFailedException> { codec.encode("user:7", Opaque(), type<Opaque>(), null) }
            failure.key shouldBe "user:7"
            failure.message.orEmpty() shouldContain "\"user:7\""
            failure.message.orEmpty() shouldContain "Opaque"
            shouldThrow<EncodingFailedException> { codec.encode("user:7", 1, type<Int>(), Formats.BYTES) }
            shouldThrow<EncodingFailedException> {
                codec.encode(
                    "user:7",
                    listOf(Opaque()),
                    type<List<Opaque>>(),
                    null,
                )
            }
        }

        test("a type that no serializer supports cannot be read") {
            shouldThrow<Unreadable> { codec.decode(row(ByteArray(0), "json"), type<Opaque>()) }.reason shouldBe
                MissReason.DECODING
            shouldThrow<Unreadable> { codec.decode(row(ByteArray(0), "bytes"), type<Int>()) }.reason shouldBe
                MissReason.DECODING
        }

        test("what a serializer throws becomes the cache's answer") {
            val failing =
                codec(registry = SerializerRegistry.standard().with(Failing { throw AssertionError("secret") }))
            val failure =
                shouldThrow<EncodingFailedException> { failing.encode("key", "secret", type<String>(), "failing") }
            failure.cause.shouldBeInstanceOf<AssertionError>()
            failure.message.orEmpty() shouldNotContain "secret"
            shouldThrow<Unreadable> { failing.decode(row(ByteArray(0), "failing"), type<String>()) }.reason shouldBe
                MissReason.DECODING
        }

        test("a cancellation and the end of the heap pass as thrown") {
            val cancelled =
                codec(registry = SerializerRegistry.standard().with(Failing { throw CancellationException() }))
            shouldThrow<CancellationException> { cancelled.encode("key", "v", type<String>(), "failing") }
            shouldThrow<CancellationException> { cancelled.decode(row(ByteArray(0), "failing"), type<String>()) }
            val full =
                codec(registry = SerializerRegistry.standard().with(Failing { throw OutOfMemoryError("simulated") }))
            shouldThrow<OutOfMemoryError> { full.decode(row(ByteArray(0), "failing"), type<String>()) }
        }

        test("a serializer that gives another type is not believed") {
            val lying = codec(registry = SerializerRegistry.standard().with(Failing { 42 }))
            shouldThrow<Unreadable> { lying.decode(row(ByteArray(0), "failing"), type<String>()) }.reason shouldBe
                MissReason.DECODING
        }

        test("a row of another shape is a miss that says so") {
            val encoded = codec.encode("key", Point(1, 2), type<Point>(), Formats.PROTOBUF)
            codec.decode(row(encoded), type<Point>()) shouldBe Point(1, 2)
            shouldThrow<Unreadable> { codec.decode(row(encoded), type<Swapped>()) }.reason shouldBe MissReason.SHAPE
        }

        test("a row without a shape is read by its bytes alone") {
            codec.decode(row("""{"x":1,"y":2}""".encodeToByteArray(), "json"), type<Swapped>()) shouldBe Swapped(2, 1)
        }

        test("JSON nested too deeply is a miss and harms nothing") {
            val depth = 100_000
            val text = """{"next":""".repeat(depth) + "null" + "}".repeat(depth)
            shouldThrow<Unreadable> {
                codec.decode(
                    row(text.encodeToByteArray(), "json"),
                    type<Node>(),
                )
            }.reason shouldBe
                MissReason.DECODING
        }

        test("a value nested too deeply is not written and harms nothing") {
            val node = generateSequence(Node()) { Node(it) }.elementAt(100_000)
            for (format in listOf(Formats.JSON, Formats.CBOR)) {
                shouldThrow<EncodingFailedException> { codec.encode("key", node, type<Node>(), format) }
            }
        }

        test("values from the threshold on are compressed, smaller ones are not") {
            val text = "a".repeat(998)
            val zipping = codec(gzipThreshold = 1_000)
            val encoded = zipping.encode("key", text, type<String>(), null)
            encoded.format shouldBe "json+gzip"
            encoded.data.size shouldBeLessThan 1_000
            zipping.decode(row(encoded), type<String>()) shouldBe text
            zipping.encode("key", "a".repeat(997), type<String>(), null).format shouldBe "json"
            codec.encode("key", "a".repeat(100_000), type<String>(), null).format shouldBe "json"
        }

        test("what compression does not make smaller stays as it is") {
            val noise = ByteArray(10_000).also { Random(1).nextBytes(it) }
            val encoded = codec(gzipThreshold = 0).encode("key", noise, type<ByteArray>(), null)
            encoded.format shouldBe "bytes"
            encoded.data shouldBe noise
            codec(gzipThreshold = 0).encode("key", "", type<String>(), Formats.STRING).format shouldBe "string"
        }

        test("compressed rows are read whether or not this cache compresses") {
            val encoded = codec(gzipThreshold = 0).encode("key", "a".repeat(1_000), type<String>(), Formats.CBOR)
            encoded.format shouldBe "cbor+gzip"
            codec.decode(row(encoded), type<String>()) shouldBe "a".repeat(1_000)
        }

        test("a compressed row that inflates past the bound is a miss") {
            codec
                .decode(
                    row(zeros(Gzip.MAX_INFLATED), "bytes+gzip"),
                    type<ByteArray>(),
                ).let { (it as ByteArray).size } shouldBe
                Gzip.MAX_INFLATED
            shouldThrow<Unreadable> { codec.decode(row(zeros(Gzip.MAX_INFLATED + 1), "bytes+gzip"), type<ByteArray>()) }
                .reason shouldBe MissReason.DECODING
        }

        test("a compressed row that is none, or ends early, is a miss") {
            val packed = zeros(1_000)
            for (data in listOf(
                ByteArray(0),
                "{}".encodeToByteArray(),
                packed.copyOf(packed.size - 1),
                packed.copyOf(12),
            )) {
                shouldThrow<Unreadable> { codec.decode(row(data, "bytes+gzip"), type<ByteArray>()) }.reason shouldBe
                    MissReason.DECODING
            }
        }
    })

@Serializable
private data class Point(
    val x: Int,
    val y: Int,
)

/** Under ProtoBuf's numbers this would read a [Point] with its coordinates exchanged. */
@Serializable
private data class Swapped(
    val y: Int,
    val x: Int,
)

private class Failing(
    private val action: () -> Any?,
) : Serializer {
    override val format: String get() = "failing"

    override fun supports(type: ValueType): Boolean = true

    override fun encode(
        value: Any?,
        type: ValueType,
    ): ByteArray = action() as ByteArray

    override fun decode(
        bytes: ByteArray,
        type: ValueType,
    ): Any? = action()
}

private fun zeros(count: Int): ByteArray {
    val out = ByteArrayOutputStream()
    GZIPOutputStream(out).use { zip ->
        val block = ByteArray(64 * 1024)
        var left = count
        while (left > 0) {
            zip.write(block, 0, minOf(left, block.size))
            left -= minOf(left, block.size)
        }
    }
    return out.toByteArray()
}
