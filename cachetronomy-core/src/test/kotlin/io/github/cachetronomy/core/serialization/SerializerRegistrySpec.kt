package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.spi.Serializer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.shouldBe

@Tags("fast")
class SerializerRegistrySpec :
    FunSpec({
        test("the standard formats can be written, Python's orjson only read") {
            val formats = SerializerRegistry.standard().formats
            formats shouldContainAll listOf("json", "cbor", "protobuf", "msgpack", "bytes", "string")
            formats shouldNotContain "orjson"
        }

        test("an added serializer is asked first, for the types it supports") {
            val codec = codec(registry = SerializerRegistry.standard().with(Backwards("json")))
            codec.encode("key", "abc", type<String>(), null).data.decodeToString() shouldBe "cba"
            codec.roundTrip("abc", "json") shouldBe "abc"
            codec.encode("key", 12, type<Int>(), null).data.decodeToString() shouldBe "12"
        }

        test("the serializer added last is asked first") {
            val codec = codec(registry = SerializerRegistry.standard().with(Backwards("x")).with(Forwards))
            codec.encode("key", "abc", type<String>(), "x").data.decodeToString() shouldBe "abc"
        }

        test("an added format can be written and read by its id") {
            val registry = SerializerRegistry.standard().with(Backwards("back-wards_2"))
            registry.formats shouldContain "back-wards_2"
            codec(registry = registry).roundTrip("abc", "back-wards_2") shouldBe "abc"
        }

        test("the registry it was added to stays as it was") {
            SerializerRegistry.standard().with(Backwards("backwards"))
            SerializerRegistry.standard().formats shouldNotContain "backwards"
        }

        listOf("", "JSON", "a b", "json+gzip", "a.b", "a/b", "\u00e4", "a\n", "a".repeat(33)).forEach { id ->
            test("«$id» is no id of a format") {
                shouldThrow<IllegalArgumentException> { SerializerRegistry.standard().with(Backwards(id)) }
            }
        }

        test("an id has up to 32 chars") {
            SerializerRegistry.standard().with(Backwards("a".repeat(32))).formats shouldContain "a".repeat(32)
        }
    })

private object Forwards : Serializer by PlainStringSerializer {
    override val format: String get() = "x"
}
