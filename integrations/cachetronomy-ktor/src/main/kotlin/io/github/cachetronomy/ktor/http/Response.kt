package io.github.cachetronomy.ktor.http

import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.Serializable
import kotlinx.serialization.cbor.ByteString

/** A line of a header. */
@Serializable
internal data class Field(
    val name: String,
    val value: String,
)

/** What stands above a body. Immutable. */
internal class Head(
    val status: Int,
    val fields: List<Field>,
) {
    fun first(name: String): String? = fields.firstOrNull { it.name.equals(name, ignoreCase = true) }?.value

    fun all(name: String): List<String> = fields.filter { it.name.equals(name, ignoreCase = true) }.map(Field::value)
}

/** A response as it is kept. Immutable, and the body is not to be changed. */
@OptIn(ExperimentalSerializationApi::class)
@Serializable
internal class Response(
    val status: Int,
    val fields: List<Field>,
    @ByteString val body: ByteArray,
    val policy: Policy,
    /** How old it was when it came, in milliseconds: RFC 9111, section 4.2.3. */
    val initialAge: Long,
    /** When it came, in milliseconds since 1970. */
    val receivedAt: Long,
) {
    val head: Head get() = Head(status, fields)

    /** In milliseconds. */
    fun age(now: Long): Long = initialAge + maxOf(0, now - receivedAt)

    /** For how many milliseconds more it is fresh; less than nothing = it is stale. */
    fun freshFor(now: Long): Long = policy.lifetime - age(now)
}

/** What its headers said of a response's use, in milliseconds. Immutable. */
@Serializable
internal class Policy(
    /** How old it may become and still be fresh. */
    val lifetime: Long,
    /** How long after that it may be used while it is made anew, and when that fails: RFC 5861. */
    val whileRevalidate: Long,
    val ifError: Long,
    /** Each use has to be asked for: `no-cache`. */
    val alwaysAsks: Boolean,
    /** It must not be used stale, whatever a request says. */
    val neverStale: Boolean,
    /** Those who are named in `Authorization` may share it: RFC 9111, section 3.5. */
    val isForAll: Boolean,
    /** A handler may be asked whether it is still right, by what it gave: an `ETag` or `Last-Modified`. */
    val hasValidator: Boolean,
)
