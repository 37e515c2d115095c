package io.github.cachetronomy.core.engine.namespaces

import io.github.cachetronomy.core.engine.groups.EntryGroups
import io.github.cachetronomy.core.engine.groups.Members
import io.github.cachetronomy.core.memory.WeakValues

/** The namespaces that somebody has in hand: whoever asks for the same name gets the same one. Thread-safe. */
internal class Namespaces(
    private val groups: EntryGroups,
) {
    /** By what stands in front of their keys. */
    private val known = WeakValues<String, Namespace>()

    fun of(
        around: Namespace?,
        name: String,
    ): Namespace {
        val keys = NamespaceKeys(around?.keys?.prefix.orEmpty(), name)
        return known.getOrMake(keys.prefix) { prefix -> Namespace(keys, groups.of(Members.Prefixed(prefix)), around) }
    }

    /** The innermost of those that [key] is in; null = nobody has one of them in hand. */
    fun holding(key: String): Namespace? {
        if (known.isEmpty) return null
        var found: Namespace? = null
        var end = NamespaceKeys.endOfPrefix(key, 0)
        while (end >= 0) {
            found = known[key.substring(0, end)] ?: found
            end = NamespaceKeys.endOfPrefix(key, end)
        }
        return found
    }
}
