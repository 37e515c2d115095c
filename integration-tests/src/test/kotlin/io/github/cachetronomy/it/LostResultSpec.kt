package io.github.cachetronomy.it

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.serialization.SerializerRegistry
import io.github.cachetronomy.core.spi.Serializer
import io.github.cachetronomy.core.spi.ValueType
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import java.time.Duration
import kotlin.time.Duration.Companion.seconds

/** What a loader gave reaches its callers whatever comes of it, and is kept unless something newer is there. */
@Tags("fast")
class LostResultSpec :
    FunSpec({
        test("a sweep of the expired row during its reload does not lose the result") {
            onHarness {
                cache.set("k", 1, timeToLive = 10.seconds)
                clock.advance(Duration.ofSeconds(20))
                cache.cached<Int>("k") {
                    cache.clearExpired()
                    2
                } shouldBe 2
                cache.flush()
                cache.get<Int>("k") shouldBe 2
                stored("k") shouldBe "2"
            }
        }

        test("a result that the store refuses for another process's sake is not served from memory") {
            onHarness {
                val held = holdUp()
                cache.cached<Int>("k") {
                    elsewhere("k", "2")
                    1
                } shouldBe 1
                // Out and in again, by way of the queue.
                cache.evict("k")
                cache.get<Int>("k")
                held.release()
                cache.flush()
                stored("k") shouldBe "2"
                cache.get<Int>("k") shouldBe 2
            }
        }

        mapOf(
            "tell the shape of a type" to OddSerializer(shape = { throw UnsupportedOperationException("no shape") }),
            "say whether it supports a type" to OddSerializer(supports = { error("no idea") }),
            "encode" to OddSerializer(encode = { error("no bytes") }),
        ).forEach { (what, serializer) ->
            test("a loaded value is returned, and told not to be kept, where the serializer fails to $what") {
                onHarness(configure = { serializers = SerializerRegistry.standard().with(serializer) }) {
                    val told = begun { cache.events.filterIsInstance<CacheEvent.NotKept>().first() }
                    cache.cached<Int>("k", format = serializer.format) { 1 } shouldBe 1
                    told.await().key shouldBe "k"
                    cache.stats().notKept shouldBe 1
                }
            }
        }
    })

private class OddSerializer(
    private val supports: () -> Boolean = { true },
    private val encode: () -> ByteArray = { ByteArray(1) },
    private val shape: () -> Long = { 1 },
) : Serializer {
    override val format = "odd"

    override fun supports(type: ValueType) = supports()

    override fun encode(
        value: Any?,
        type: ValueType,
    ) = encode()

    override fun decode(
        bytes: ByteArray,
        type: ValueType,
    ): Any? = 1

    override fun shape(type: ValueType): Long = shape()
}
