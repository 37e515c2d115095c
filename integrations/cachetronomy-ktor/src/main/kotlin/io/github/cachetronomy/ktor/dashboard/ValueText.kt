package io.github.cachetronomy.ktor.dashboard

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.util.HexFormat

/** [value], decoded without its class, for a reader: bytes in hexadecimal digits, the rest as JSON. Cut where long. */
internal fun valueText(value: Any?): String {
    val text =
        when (value) {
            is ByteArray -> "${value.size} bytes: " + HexFormat.of().formatHex(value, 0, minOf(value.size, MOST_BYTES))
            is String -> value
            else -> PRETTY.encodeToString(JsonElement.serializer(), json(value))
        }
    val lines = text.take(MOST_CHARS).lines().joinToString("\n", transform = ::shown)
    return if (text.length > MOST_CHARS) "$lines …" else lines
}

private fun json(value: Any?): JsonElement =
    when (value) {
        null -> JsonNull
        is Boolean -> JsonPrimitive(value)
        is Number -> JsonPrimitive(value)
        is Map<*, *> -> JsonObject(value.entries.associate { (name, part) -> name.toString() to json(part) })
        is Iterable<*> -> JsonArray(value.map(::json))
        else -> JsonPrimitive(value.toString())
    }

private val PRETTY = Json { prettyPrint = true }

private const val MOST_CHARS = 20_000
private const val MOST_BYTES = 1_000
