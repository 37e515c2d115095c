package io.github.cachetronomy.core.engine.namespaces

import io.github.cachetronomy.core.CacheEntry
import io.github.cachetronomy.core.DecodingFailedException
import io.github.cachetronomy.core.EncodingFailedException
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.engine.reads.Pages
import io.github.cachetronomy.core.text.MAX_KEY_LENGTH
import io.github.cachetronomy.core.text.MAX_NAMESPACE_LENGTH
import io.github.cachetronomy.core.text.quoted
import io.github.cachetronomy.core.text.requireKey
import io.github.cachetronomy.core.text.requireNamespaceName

/**
 * What the keys of a namespace are called inside, and what they are in the whole cache: `@`, the length of the name in
 * UTF-16 units, `:`, the name, `:`, and the key; `@6:orders:17` is the key `17` of `orders`. As the length says where the
 * name ends, no such beginning is the beginning of another namespace's, whatever the names and keys are. Immutable.
 */
internal class NamespaceKeys(
    /** What the namespace around this one has in front; empty = there is none. */
    around: String,
    private val name: String,
) {
    /** What stands in front of each key. */
    val prefix: String = "$around$MARK${requireNamespaceName(name).length}:$name:"

    init {
        require(prefix.length < MAX_KEY_LENGTH) { "namespaces nest too deep for ${quoted(name)}" }
    }

    /** The key in the whole cache. Refuses what no key may be. */
    fun outer(key: String): String {
        requireKey(key)
        val longest = MAX_KEY_LENGTH - prefix.length
        require(key.length <= longest) {
            "a key of namespace ${quoted(name)} has at most $longest chars, this one has ${key.length}: ${quoted(key)}"
        }
        return prefix + key
    }

    fun outer(keys: Collection<String>): List<String> = keys.map(::outer)

    /** What the [outer] key is called inside. */
    fun inner(key: String): String = key.substring(prefix.length)

    fun <V> inner(values: Map<String, V>): Map<String, V> = values.mapKeysTo(LinkedHashMap()) { (key, _) -> inner(key) }

    /** The listing of what begins with [prefix], with what each is called inside. A key that is empty then is none of ours. */
    fun inner(keys: Pages<String>): Pages<String> =
        Pages { keys.next()?.mapNotNull { key -> inner(key).ifEmpty { null } } }

    fun <T> innerEntries(entries: Pages<CacheEntry<T>>): Pages<CacheEntry<T>> =
        Pages {
            entries
                .next()
                ?.filter {
                    it.key.length > prefix.length
                }?.map { CacheEntry(it.metadata.of(inner(it.key)), inner(it.lookup)) }
        }

    fun <T> inner(found: Lookup<T>): Lookup<T> =
        when (found) {
            is Lookup.Hit -> Lookup.Hit(found.value, found.metadata.of(inner(found.metadata.key)), found.source)
            is Lookup.Miss -> found
        }

    /** What [work] reports of a key names it as the caller does. No loader may run in it: what that throws passes as thrown. */
    inline fun <R> reporting(work: () -> R): R =
        try {
            work()
        } catch (failure: EncodingFailedException) {
            throw if (failure.key.startsWith(prefix)) failure.of(inner(failure.key)) else failure
        } catch (failure: DecodingFailedException) {
            throw if (failure.key.startsWith(prefix)) failure.of(inner(failure.key)) else failure
        }

    companion object {
        private const val MARK = '@'

        /** Where the namespace ends whose mark is at [from] in [key]; -1 = there is none. */
        fun endOfPrefix(
            key: String,
            from: Int,
        ): Int {
            if (from >= key.length || key[from] != MARK) return -1
            val colon = key.indexOf(':', from)
            val length = if (colon in from + 2..from + 4) key.substring(from + 1, colon).toIntOrNull() ?: -1 else -1
            val end = colon + 1 + length
            return if (length in 1..MAX_NAMESPACE_LENGTH && end < key.length && key[end] == ':') end + 1 else -1
        }
    }
}
