package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.coroutines.Cachetronaut
import io.ktor.http.ContentType
import io.ktor.server.response.header
import io.ktor.server.response.respondBytesWriter
import io.ktor.server.routing.Route
import io.ktor.server.routing.get
import io.ktor.utils.io.ByteWriteChannel
import io.ktor.utils.io.writeStringUtf8
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonArray
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject

/** The numbers as they come: `history` once, then a `sample` each time one is taken. */
internal fun Route.live(
    cache: Cachetronaut,
    samples: Samples,
) {
    get("/live") {
        // A proxy that collects an answer before it passes it on would hold this one for ever.
        call.response.header("X-Accel-Buffering", "no")
        call.respondBytesWriter(ContentType.Text.EventStream) {
            send("history", buildJsonArray { samples.history().forEach { add(json(it)) } })
            samples.live.collect { send("sample", json(it, cache)) }
        }
    }
}

private suspend fun ByteWriteChannel.send(
    event: String,
    data: JsonElement,
) {
    writeStringUtf8("event: $event\ndata: $data\n\n")
    flush()
}

private fun json(
    sample: Sample,
    cache: Cachetronaut? = null,
): JsonObject =
    buildJsonObject {
        put("at", sample.at.toEpochMilli())
        put("memoryHits", sample.memoryHits)
        put("storeHits", sample.storeHits)
        put("misses", sample.misses)
        put("loads", sample.loads)
        put("loadMillis", sample.loadTime.toNanos() / 1e6)
        putJsonObject("evictions") { sample.evictions.forEach { (cause, number) -> put(words(cause), number) } }
        if (cache != null) {
            putJsonObject("tiles") { tiles(cache.stats()).forEach { put(it.id, it.value) } }
        }
    }
