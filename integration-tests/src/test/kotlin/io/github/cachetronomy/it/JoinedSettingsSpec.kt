package io.github.cachetronomy.it

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.serialization.SerializerRegistry
import io.github.cachetronomy.core.spi.Serializer
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.testing.FakeClock
import io.github.cachetronomy.testing.ScriptedMemoryProbe
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration

/** What those who open a file that is open already may say about its settings. */
@Tags("fast")
class JoinedSettingsSpec :
    FunSpec({
        val folder = tempdir().toPath()

        test("settings that contradict the running engine's are refused and named; others are not") {
            val file = folder.resolve("settings.db")
            Cachetronaut(file) { durability = Durability.SYNCED }.use {
                shouldThrow<IllegalStateException> {
                    BlockingCachetronaut.builder(file).durability(Durability.COMMITTED).build()
                }.message shouldContain "durability"
                BlockingCachetronaut
                    .builder(file)
                    .durability(Durability.SYNCED)
                    .build()
                    .close()
                BlockingCachetronaut.open(file).close()
            }
        }

        test("what happens to a damaged file is said once for all who have it open") {
            val file = folder.resolve("damaged.db")
            Cachetronaut(file).use {
                BlockingCachetronaut
                    .builder(file)
                    .setAsideDamaged(false)
                    .build()
                    .close()
                shouldThrow<IllegalStateException> {
                    Cachetronaut(file) { setAsideDamaged = true }
                }.message shouldContain "setAsideDamaged"
            }
        }

        test("two clocks are two settings, however alike; one and the same is not") {
            val file = folder.resolve("clocks.db")
            val shared = FakeClock()
            Cachetronaut(file) { clock = shared }.use {
                shouldThrow<IllegalStateException> {
                    BlockingCachetronaut.builder(file).clock(FakeClock()).build()
                }.message shouldContain "clock"
                BlockingCachetronaut
                    .builder(file)
                    .clock(shared)
                    .build()
                    .close()
            }
        }

        test("two registries are two settings, however alike; one and the same is not") {
            val file = folder.resolve("registries.db")
            val shared = SerializerRegistry.standard().with(Nothings)
            BlockingCachetronaut.builder(file).serializers(shared).build().use {
                shouldThrow<IllegalStateException> {
                    Cachetronaut(file) { serializers = SerializerRegistry.standard().with(Nothings) }
                }.message shouldContain "serializers"
                Cachetronaut(file) { serializers = shared }.close()
            }
        }

        test("two memory probes are two settings, however alike; one and the same is not") {
            val file = folder.resolve("probes.db")
            val shared = ScriptedMemoryProbe(1)
            Cachetronaut(file) { memoryProbe = shared }.use {
                shouldThrow<IllegalStateException> {
                    BlockingCachetronaut.builder(file).memoryProbe(ScriptedMemoryProbe(1)).build()
                }.message shouldContain "memoryProbe"
                BlockingCachetronaut
                    .builder(file)
                    .memoryProbe(shared)
                    .build()
                    .close()
            }
        }

        test("what is refused is refused for each setting that disagrees, and leaves the cache as it was") {
            val file = folder.resolve("several.db")
            val cache =
                BlockingCachetronaut
                    .builder(file)
                    .compressAbove(10)
                    .storePatience(Duration.ofSeconds(1))
                    .build()
            val message =
                shouldThrow<IllegalStateException> {
                    BlockingCachetronaut
                        .builder(file)
                        .compressAbove(11)
                        .storePatience(Duration.ofSeconds(2))
                        .durability(Durability.SYNCED)
                        .build()
                }.message
            message shouldContain "compressAbove"
            message shouldContain "storePatience"
            // The refused one said SYNCED first, and counts for nothing.
            BlockingCachetronaut.builder(file).durability(Durability.COMMITTED).build().use { joined ->
                cache.close()
                joined.set("k", 1)
                joined.get("k", Int::class.javaObjectType).get() shouldBe 1
            }
            openHandles(file) shouldBe 0
        }

        test("what a joiner says where nobody had said anything counts from then on, for those who come later") {
            val file = folder.resolve("joined.db")
            Cachetronaut(file).use {
                Cachetronaut(file) { durability = Durability.SYNCED }.use {
                    shouldThrow<IllegalStateException> {
                        BlockingCachetronaut.builder(file).durability(Durability.WRITE_BEHIND).build()
                    }.message shouldContain "durability"
                    BlockingCachetronaut
                        .builder(file)
                        .durability(Durability.SYNCED)
                        .build()
                        .close()
                }
            }
        }
    })

private object Nothings : Serializer {
    override val format: String get() = "nothing"

    override fun supports(type: ValueType): Boolean = false

    override fun encode(
        value: Any?,
        type: ValueType,
    ): ByteArray = ByteArray(0)

    override fun decode(
        bytes: ByteArray,
        type: ValueType,
    ): Any? = null
}
