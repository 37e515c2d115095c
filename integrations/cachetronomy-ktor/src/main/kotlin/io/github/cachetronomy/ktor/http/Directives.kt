package io.github.cachetronomy.ktor.http

import io.ktor.http.Headers
import io.ktor.http.HttpHeaders

/** The directives of a `Cache-Control` header, by name in small letters: RFC 9111, section 5.2. Immutable. */
internal class Directives(
    private val values: Map<String, String?>,
) {
    operator fun contains(name: String): Boolean = name in values

    /**
     * The seconds that [name] gives; null = it is not there. What is no number is 0, as RFC 9111, section 4.2.1, would have
     * such an answer taken for stale; what is too large is as much as there may be.
     */
    fun seconds(name: String): Long? {
        if (name !in values) return null
        val text = values[name] ?: return 0
        if (text.isEmpty() || !text.all { it in '0'..'9' }) return 0
        return text.toLongOrNull()?.coerceAtMost(LONGEST) ?: LONGEST
    }

    /** Whether [name] is there without a value, or there is none that could be read. */
    fun isBare(name: String): Boolean = name in values && values[name] == null

    companion object {
        /** 2^31, which RFC 9111, section 1.2.2, gives for what does not fit. */
        private const val LONGEST = 1L shl 31

        val NONE = Directives(emptyMap())

        fun of(headers: Headers): Directives = of(headers.getAll(HttpHeaders.CacheControl).orEmpty())

        /** Of several of one name the first one counts. */
        fun of(lines: List<String>): Directives {
            if (lines.isEmpty()) return NONE
            val values = LinkedHashMap<String, String?>()
            for (part in HeaderList.split(lines)) {
                val name = part.substringBefore('=').trim().lowercase()
                if (name.isEmpty() || name in values) continue
                values[name] = if ('=' in part) HeaderList.unquoted(part.substringAfter('=').trim()) else null
            }
            return Directives(values)
        }
    }
}
