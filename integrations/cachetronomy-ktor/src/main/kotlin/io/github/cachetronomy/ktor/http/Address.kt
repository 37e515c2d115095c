package io.github.cachetronomy.ktor.http

/** What a request is for, as one text: scheme, whole authority, path, and the query with its parameters sorted. */
internal object Address {
    /**
     * Parameters are sorted by name; those of one name keep their order, which may mean something. Nothing is decoded: two
     * texts that only might be the same resource are two.
     */
    fun of(
        scheme: String,
        authority: String,
        uri: String,
    ): String {
        val path = uri.substringBefore('?')
        val query = uri.substringAfter('?', "")
        val sorted =
            if ('&' in
                query
            ) {
                query.split('&').sortedBy { it.substringBefore('=') }.joinToString("&")
            } else {
                query
            }
        val mark = if ('?' in uri) "?" else ""
        return "${scheme.lowercase()}://${authority.lowercase()}$path$mark$sorted"
    }

    /** The name of an authority without its port. */
    fun host(authority: String): String {
        val isBracketed = authority.startsWith('[')
        return (if (isBracketed) authority.substringBefore(']') + "]" else authority.substringBefore(':')).lowercase()
    }
}
