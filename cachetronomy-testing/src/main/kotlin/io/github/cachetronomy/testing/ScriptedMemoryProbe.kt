package io.github.cachetronomy.testing

import io.github.cachetronomy.core.spi.MemoryProbe
import java.util.concurrent.atomic.AtomicInteger

/**
 * A memory probe that gives scripted answers: the available bytes one after another, the last of
 * them for ever. The total is the largest of them.
 *
 * Thread-safe; threads that ask at the same time get different answers of the script.
 */
public class ScriptedMemoryProbe(
    vararg availableBytes: Long,
) : MemoryProbe {
    private val script = availableBytes.clone()
    private val asked = AtomicInteger()

    init {
        require(script.isNotEmpty()) { "a script has at least one answer" }
        require(script.all { it >= 0 }) { "available bytes are not negative: ${script.toList()}" }
    }

    /** How often [availableBytes] was asked. */
    public val timesAsked: Int get() = asked.get()

    override fun availableBytes(): Long = script[minOf(asked.getAndIncrement(), script.lastIndex)]

    override fun totalBytes(): Long = script.max()
}
