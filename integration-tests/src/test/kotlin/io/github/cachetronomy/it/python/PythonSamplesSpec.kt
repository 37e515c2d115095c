package io.github.cachetronomy.it.python

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.CacheEntry
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.FreeMemoryTarget
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.sqlite.SqliteStores
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.interop.KeyQuery
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.flow.toList
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.double
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import java.io.ByteArrayOutputStream
import java.math.BigInteger
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.time.InstantSource
import java.time.OffsetDateTime
import java.time.temporal.ChronoUnit
import java.util.Base64
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readText

/** Files that the Python package wrote, each with what a reader has to find in it. */
@Tags("fast")
class PythonSamplesSpec :
    FunSpec({
        val samples =
            PythonSamples.folder
                ?.listDirectoryEntries("*.db")
                .orEmpty()
                .sorted()

        test("there are samples").config(enabledOrReasonIf = { PythonSamples.enabled() }) { samples.shouldNotBeEmpty() }

        for (sample in samples) {
            val described = Described(sample.resolveSibling(sample.name.removeSuffix(".db") + ".json"))

            for ((way, open) in sights) {
                test("${sample.name} is read as it is, $way") {
                    val copy = tempdir().toPath().resolve(sample.name)
                    Files.copy(sample, copy)
                    // Before anything in it expired: each value can be had.
                    open(copy, described.before).use { sight ->
                        sight.accesses() shouldContainExactlyInAnyOrder described.accesses
                        sight.evictions() shouldContainExactly described.evictions
                        sight.evictions().map { it.id } shouldContainExactly described.evictionIds
                        val entries = sight.entries().associateBy { it.key }
                        entries.keys shouldBe described.entries.keys
                        for ((key, expected) in described.entries) {
                            withClue(key) {
                                described(entries.getValue(key)) shouldBe expected
                                describe((sight.find(key) as Lookup.Hit).value) shouldBe expected["value"]
                            }
                        }
                    }
                    SqliteStores.openReadOnly(copy).use { store ->
                        described.profiles.forEach { store.profiles.find(it.name) shouldBe it }
                    }
                }

                test("what is expired in ${sample.name} is a miss, $way") {
                    val copy = tempdir().toPath().resolve(sample.name)
                    Files.copy(sample, copy)
                    open(copy, described.after).use { sight ->
                        for (key in described.entries.keys) {
                            withClue(key) {
                                val found = sight.find(key)
                                if (key in described.live) {
                                    found.isHit shouldBe true
                                } else {
                                    (found as Lookup.Miss).reason shouldBe MissReason.EXPIRED
                                }
                            }
                        }
                    }
                }
            }

            test("${sample.name} is the same after an export and an import") {
                val copy = tempdir().toPath().resolve(sample.name)
                Files.copy(sample, copy)
                val lines = ByteArrayOutputStream()
                Cachetronaut.openReadOnly(copy).use { it.admin.exportTo(lines, includeExpired = true) }
                Cachetronaut(tempdir().toPath().resolve("new.db")) { clock = described.before }.use { cache ->
                    val report = cache.admin.importFrom(lines.toByteArray().inputStream())
                    report.written shouldBe described.entries.size.toLong()
                    val entries = cache.entries<Any?>(includeExpired = true).toList().associateBy { it.key }
                    entries.mapValues { described(it.value) } shouldBe described.entries
                }
            }
        }
    })

/** What a face shows of a file. */
private interface Sight : AutoCloseable {
    suspend fun entries(): List<CacheEntry<Any?>>

    suspend fun find(key: String): Lookup<Any?>

    suspend fun accesses(): List<AccessRecord>

    suspend fun evictions(): List<EvictionRecord>
}

private const val ALL = 10_000

private class KotlinSight(
    private val cache: Cachetronaut,
) : Sight,
    AutoCloseable by cache {
    override suspend fun entries() = cache.entries<Any?>(includeExpired = true, order = KeyOrder.INSERTION).toList()

    override suspend fun find(key: String) = cache.find<Any?>(key)

    override suspend fun accesses() = cache.accessLog.top(ALL)

    override suspend fun evictions() = cache.evictionLog.recent(ALL)
}

private class JavaSight(
    private val cache: BlockingCachetronaut,
) : Sight,
    AutoCloseable by cache {
    override suspend fun entries(): List<CacheEntry<Any?>> =
        cache.entries(Any::class.java, KeyQuery.defaults().withIncludeExpired(true)).use { it.toList() }

    override suspend fun find(key: String): Lookup<Any?> = cache.find(key, Any::class.java)

    override suspend fun accesses(): List<AccessRecord> = cache.accessLog().top(ALL)

    override suspend fun evictions(): List<EvictionRecord> = cache.evictionLog().recent(ALL)
}

private val sights: List<Pair<String, (Path, InstantSource) -> Sight>> =
    listOf(
        "in Kotlin" to { file, time -> KotlinSight(Cachetronaut(file) { clock = time }) },
        "in Kotlin, read-only" to { file, time -> KotlinSight(Cachetronaut.openReadOnly(file) { clock = time }) },
        "in Java" to { file, time -> JavaSight(BlockingCachetronaut.builder(file).clock(time).build()) },
        "in Java, read-only" to
            { file, time -> JavaSight(BlockingCachetronaut.builder(file).clock(time).buildReadOnly()) },
    )

/** What the description beside a sample says. */
private class Described(
    file: Path,
) {
    private val root = Json.parseToJsonElement(file.readText()).jsonObject
    private val madeAt = Instant.from(OffsetDateTime.parse(root.getValue("made_by").jsonObject.text("written_at_utc")))

    val before: InstantSource = InstantSource.fixed(Instant.parse("1960-01-01T00:00:00Z"))
    val after: InstantSource = InstantSource.fixed(madeAt)
    val live =
        root
            .getValue("live_keys")
            .jsonArray
            .map { it.jsonPrimitive.content }
            .toSet()

    val entries: Map<String, Map<String, Any?>> =
        rows("cache").associate { row ->
            row.text("key") to
                mapOf(
                    "fmt" to row.text("fmt"),
                    "expires" to row.long("expire_at_epoch_micros"),
                    "tags" to row.getValue("tags").jsonArray.map { it.jsonPrimitive.content },
                    "version" to row.long("version"),
                    "profile" to row.text("saved_by_profile"),
                    "size" to row.int("data_len"),
                    "value" to withoutRepr(row.getValue("value")),
                )
        }

    val accesses =
        rows("access_log").map {
            AccessRecord(
                it.text("key"),
                it.long("access_count"),
                it.time("last_accessed"),
                it.text("last_accessed_by_profile"),
            )
        }

    /** The newest first. */
    val evictions =
        rows("eviction_log").sortedByDescending { it.long("id") }.map {
            EvictionRecord(
                it.text("key"),
                it.time("evicted_at"),
                it.text("reason"),
                it.long("last_access_count"),
                it.text("evicted_by_profile"),
            )
        }

    val evictionIds = rows("eviction_log").map { it.long("id") }.sortedDescending()

    val profiles =
        rows("profiles").map {
            val target = it.getValue("free_memory_target").jsonPrimitive.double
            Profile
                .Builder(it.text("name"))
                .timeToLive(Duration.ofSeconds(it.long("time_to_live")))
                .cleanupInterval(Duration.ofSeconds(it.long("ttl_cleanup_interval")))
                .memoryBasedEviction(it.int("memory_based_eviction") != 0)
                .freeMemoryTarget(
                    if (target > 1) FreeMemoryTarget.megabytes(target.toLong()) else FreeMemoryTarget.fraction(target),
                ).memoryCleanupInterval(Duration.ofSeconds(it.long("memory_cleanup_interval")))
                .maxItemsInMemory(it.int("max_items_in_memory"))
                .tags(
                    Json
                        .parseToJsonElement(it.text("tags"))
                        .jsonArray
                        .map { tag ->
                            tag.jsonPrimitive.content
                        }.toSet(),
                ).build()
        }

    private fun rows(table: String) = root.getValue(table).jsonArray.map { it.jsonObject }

    private fun JsonObject.text(name: String) = getValue(name).jsonPrimitive.content

    private fun JsonObject.long(name: String) = getValue(name).jsonPrimitive.long

    private fun JsonObject.int(name: String) = getValue(name).jsonPrimitive.int

    private fun JsonObject.time(name: String) = OffsetDateTime.parse(text(name)).toInstant()

    /** A float is described by its bits; how Python prints it is for people. */
    private fun withoutRepr(value: JsonElement): JsonElement =
        when (value) {
            is JsonObject -> JsonObject(value.filterKeys { it != "repr" }.mapValues { withoutRepr(it.value) })
            is JsonArray -> JsonArray(value.map(::withoutRepr))
            else -> value
        }
}

private fun described(entry: CacheEntry<Any?>): Map<String, Any?> =
    with(entry.metadata) {
        mapOf(
            "fmt" to format,
            "expires" to ChronoUnit.MICROS.between(Instant.EPOCH, expiresAt),
            "tags" to tags,
            "version" to version,
            "profile" to savedByProfile,
            "size" to size,
            "value" to describe((entry.lookup as Lookup.Hit).value),
        )
    }

/** A value as the descriptions have it. */
private fun describe(value: Any?): JsonElement {
    fun typed(
        type: String,
        vararg parts: Pair<String, JsonElement>,
    ) = JsonObject(mapOf("type" to JsonPrimitive(type), *parts))
    return when (value) {
        null -> {
            typed("null")
        }

        is Boolean -> {
            typed("bool", "value" to JsonPrimitive(value))
        }

        is Long, is BigInteger -> {
            typed("int", "value" to JsonPrimitive(value.toString()))
        }

        is Double -> {
            typed("float", "bits_hex" to JsonPrimitive("%016x".format(value.toRawBits())))
        }

        is String -> {
            typed("string", "value" to JsonPrimitive(value))
        }

        is ByteArray -> {
            typed("bytes", "base64" to JsonPrimitive(Base64.getEncoder().encodeToString(value)))
        }

        is List<*> -> {
            typed("list", "items" to JsonArray(value.map(::describe)))
        }

        is Map<*, *> -> {
            val entries = value.map { (key, inner) -> JsonArray(listOf(describe(key), describe(inner))) }
            typed("map", "entries" to JsonArray(entries))
        }

        else -> {
            error("a ${value.javaClass.name}")
        }
    }
}
