package io.github.cachetronomy.core.engine.namespaces

import io.github.cachetronomy.core.engine.events.Counters
import io.github.cachetronomy.core.engine.groups.SharedGroup
import io.github.cachetronomy.core.engine.queue.Write
import java.util.concurrent.atomic.LongAdder

/** What all who have the same namespace in hand share: its counts and its cap. Keys are those of the whole cache. Thread-safe. */
internal class Namespace(
    val keys: NamespaceKeys,
    private val group: SharedGroup,
    /** The namespace around this one, whose entries these are, too. */
    private val around: Namespace?,
) {
    val counters: Counters = Counters(around?.counters)

    /** Events that came too fast for those who listen to this namespace. */
    val lostEvents = LongAdder()

    var maxEntries: Int? by group::maxEntries

    /** Whether [look] has to be called before anything is read or written: a cap was set. */
    val isUnknown: Boolean get() = group.isUnknown || around?.isUnknown == true

    /** Finds out what is there already; gives the removals of what is too many, for the caller to make. Blocks. */
    fun look(): List<Write<*>> = each().filter { it.group.isUnknown }.mapNotNull { it.group.look() }

    fun used(key: String) {
        group.used(key)
        around?.used(key)
    }

    fun written(key: String) {
        group.written(key)
        around?.written(key)
    }

    /** The removals of what is too many, for the caller to make. */
    fun surplus(): List<Write<*>> = each().mapNotNull { it.group.surplus() }

    /** How many live entries there are. Blocks. */
    fun count(): Long = group.count()

    /** This one, and those around it. */
    private fun each(): List<Namespace> = generateSequence(this) { it.around }.toList()
}
