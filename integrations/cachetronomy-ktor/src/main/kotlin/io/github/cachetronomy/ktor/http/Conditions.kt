package io.github.cachetronomy.ktor.http

import io.ktor.http.Headers
import io.ktor.http.HttpHeaders
import io.ktor.http.parseRangesSpecifier

/** What a request with conditions gets of a whole response: RFC 9110, sections 13 and 14. */
internal object Conditions {
    /** Whether the client has what [head] stands above. */
    fun isNotModified(
        request: Headers,
        head: Head,
    ): Boolean {
        if (head.status != OK) return false
        val known = request.getAll(HttpHeaders.IfNoneMatch)
        if (known != null) {
            val tag = head.first(HttpHeaders.ETag)
            return HeaderList.split(known).any { it == "*" || (tag != null && opaque(it) == opaque(tag)) }
        }
        val since = HttpDates.millis(request[HttpHeaders.IfModifiedSince]) ?: return false
        val modified = HttpDates.millis(head.first(HttpHeaders.LastModified)) ?: return false
        return modified <= since
    }

    /** What of a body of [length] bytes is asked for. */
    fun range(
        request: Headers,
        head: Head,
        length: Int,
    ): Part {
        val asked = request[HttpHeaders.Range] ?: return Part.Whole
        if (head.status != OK || !isStill(request[HttpHeaders.IfRange], head)) return Part.Whole
        val ranges = parseRangesSpecifier(asked)?.takeIf { it.isValid() } ?: return Part.Whole
        // A client that asks for several at once may be given the whole: RFC 9110, section 14.2.
        if (ranges.ranges.size != 1) return Part.Whole
        val range = ranges.merge(length.toLong()).singleOrNull() ?: return Part.None
        return Part.Bytes(range.first.toInt(), range.last.toInt())
    }

    /** Strong comparison, as a part is put together with others: RFC 9110, section 13.1.5. */
    private fun isStill(
        condition: String?,
        head: Head,
    ): Boolean =
        when {
            condition == null -> {
                true
            }

            condition.startsWith("W/") -> {
                false
            }

            condition.startsWith('"') -> {
                condition == head.first(HttpHeaders.ETag)
            }

            else -> {
                HttpDates.millis(condition).let {
                    it != null &&
                        it == HttpDates.millis(head.first(HttpHeaders.LastModified))
                }
            }
        }

    private fun opaque(tag: String) = tag.removePrefix("W/")

    private const val OK = 200

    sealed interface Part {
        data object Whole : Part

        /** Nothing of it is there. */
        data object None : Part

        /** From [first] to [last], both included. */
        data class Bytes(
            val first: Int,
            val last: Int,
        ) : Part
    }
}
