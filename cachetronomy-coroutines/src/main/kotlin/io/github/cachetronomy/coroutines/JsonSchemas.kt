package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.serialization.JsonSchema
import io.github.cachetronomy.core.spi.ValueType
import kotlin.reflect.typeOf

/**
 * The [JsonSchema] of what a cache writes and reads for a [T] in the format `json`: a JSON text, to be given to
 * programs in other languages.
 *
 * @throws IllegalArgumentException if [T] is not serializable by kotlinx.serialization, or is nothing that the
 * format `json` can write
 */
public inline fun <reified T> jsonSchema(): String = JsonSchema.of(ValueType.of(typeOf<T>()))
