package io.github.cachetronomy.core.functions

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.GroupStats
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.engine.CacheEngine
import io.github.cachetronomy.core.engine.groups.EntryGroup
import io.github.cachetronomy.core.engine.groups.Members
import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.engine.reads.LoadRequest
import io.github.cachetronomy.core.keys.FunctionKey
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.core.text.requireKey
import java.util.concurrent.Callable
import java.util.concurrent.CancellationException
import java.util.function.Predicate
import java.util.function.Supplier

/**
 * A function whose results are kept: what every form of `memoize` does, with the arguments as a list and the function
 * itself handed in at each call. Thread-safe.
 */
@InternalCachetronomyApi
public class CachedFunction(
    private val engine: Supplier<CacheEngine>,
    /** The function's name, which no other one has. */
    public val name: String,
    private val type: ValueType,
    /** Whether a null is a result. */
    private val nullable: Boolean,
    private val options: FunctionOptions,
) {
    private val functionKey = FunctionKey(name, options.parameters, ignored(), options.typedNumbers)

    // Asked at each call, and so not of the options.
    private val keyBuilder = options.keyBuilder
    private val cacheIf = options.cacheIf
    private val enabledBy = options.enabledBy
    private val keepsNothing = options.maxEntries == 0
    private val isUnconditional = cacheIf == null && enabledBy == null && !keepsNothing

    private val ownTag = if (options.keyBuilder == null) null else "function:$name"
    private val keepIf: Predicate<Any?>? = if (options.lookupOnly) Predicate { false } else options.keepIf
    private val failures = options.failureTimeToLive?.let { Failures(it) { engine.get().now() } }

    /** What is looked up without a request: a value of a plain class, whatever its version. */
    private val plainClass =
        (type.type as? Class<*>)?.takeIf {
            options.entries.version == null &&
                it.typeParameters.isEmpty()
        }

    private val group: EntryGroup =
        engine.get().group(ownTag?.let(Members::Tagged) ?: Members.Prefixed(functionKey.prefix)).also { group ->
            options.maxEntries?.let { group.maxEntries = it }
        }

    init {
        options.entries.format?.let(engine.get()::requireFormat)
        options.enabledBy?.let(::requireKey)
    }

    /** Made once, unless the profile has a say in the tags. */
    private val fixedRequest = if (ownTag != null && options.entries.tags == null) null else request()

    /** The key of a call with [arguments]. */
    public fun keyFor(arguments: List<Any?>): String = keyBuilder?.keyFor(arguments) ?: functionKey.of(arguments)

    /**
     * The result for [arguments] if memory has it and nothing else is to be asked, [CacheEngine.NOTHING] otherwise: what
     * most calls get, without the cost of suspending. Never blocks.
     */
    public fun ready(arguments: List<Any?>): Any? =
        if (isUnconditional) peek(engine.get(), keyFor(arguments)) else CacheEngine.NOTHING

    /** The result for [arguments]: a kept one, or what [run] gives. */
    public suspend fun call(
        arguments: List<Any?>,
        run: suspend () -> Any?,
    ): Any? {
        if (isLeftOut(arguments)) return run()
        val engine = engine.get()
        if (enabledBy != null && !(isOnInMemory(engine) ?: engine.onStore { isOn(engine) })) return run()
        val key = keyFor(arguments)
        val value = peek(engine, key)
        if (value !== CacheEngine.NOTHING) return value
        failures?.throwAgain(key)
        if (group.isUnknown) engine.onStore { group.look() }?.awaitSuspending()
        var ran = false
        val loaded =
            engine.cached(key, fixedRequest ?: request()) {
                ran = true
                loading(key) { run() }
            }
        if (!ran) group.hit(key)
        group.surplus()?.awaitSuspending()
        return loaded
    }

    /** As [call], on the caller's thread. */
    public fun callBlocking(
        arguments: List<Any?>,
        run: Callable<*>,
    ): Any? {
        if (isLeftOut(arguments)) return run.call()
        val engine = engine.get()
        if (enabledBy != null && !(isOnInMemory(engine) ?: isOn(engine))) return run.call()
        val key = keyFor(arguments)
        val value = peek(engine, key)
        if (value !== CacheEngine.NOTHING) return value
        failures?.throwAgain(key)
        if (group.isUnknown) group.look()?.await()
        var ran = false
        val loaded =
            engine.cachedBlocking(key, fixedRequest ?: request()) {
                ran = true
                loading(key, run::call)
            }
        if (!ran) group.hit(key)
        group.surplus()?.await()
        return loaded
    }

    /** Puts [value], which the function has just returned, in the place of what is kept for [arguments]. */
    public fun replace(
        arguments: List<Any?>,
        value: Any?,
    ): Replacement {
        val engine = engine.get()
        val key = keyFor(arguments)
        failures?.forget(key)
        if (options.lookupOnly || isLeftOut(arguments)) return Replacement(null) { null }
        if (keepIf?.test(value) == false) return Replacement(engine.delete(key)) { null }
        return Replacement(engine.set(key, value, type, entries())) {
            group.written(key)
            group.surplus()
        }
    }

    /** Two writes, the second of which is known when the first is done. */
    @InternalCachetronomyApi
    public class Replacement internal constructor(
        private val first: Write<*>?,
        private val second: () -> Write<*>?,
    ) {
        public suspend fun awaitSuspending() {
            first?.awaitSuspending()
            second()?.awaitSuspending()
        }

        public fun await() {
            first?.await()
            second()?.await()
        }
    }

    /** Removes what is kept for [arguments]; gives whether there was something. */
    public fun invalidate(arguments: List<Any?>): Write<Boolean> {
        val key = keyFor(arguments)
        failures?.forget(key)
        return engine.get().delete(key)
    }

    /** Removes every result of this function; gives how many there were. */
    public fun invalidateAll(): Write<Long> {
        failures?.forgetAll()
        return group.clear()
    }

    /** Blocks. */
    public fun stats(): GroupStats = group.stats()

    /** As [stats], where blocking is allowed. */
    public suspend fun statsSuspending(): GroupStats = engine.get().onStore(group::stats)

    private fun isLeftOut(arguments: List<Any?>): Boolean {
        if (cacheIf?.test(arguments) == false) return true
        if (!keepsNothing) return false
        group.miss()
        return true
    }

    private fun isOnInMemory(engine: CacheEngine): Boolean? =
        engine.peek(checkNotNull(enabledBy), Boolean::class.javaObjectType) as? Boolean

    private fun isOn(engine: CacheEngine): Boolean {
        val flag = engine.get(checkNotNull(enabledBy), ANYTHING, null, true)
        return flag != false && (flag as? Number)?.toDouble() != 0.0
    }

    private fun peek(
        engine: CacheEngine,
        key: String,
    ): Any? {
        if (plainClass == null || group.isUnknown) return CacheEngine.NOTHING
        val value = engine.peek(key, plainClass)
        if (value === CacheEngine.NOTHING || (value == null && !nullable)) return CacheEngine.NOTHING
        group.hit(key)
        return value
    }

    /** Counts here, and not where the result is awaited: whoever called first may have left by then. */
    private inline fun loading(
        key: String,
        run: () -> Any?,
    ): Any? {
        group.miss()
        val value = remembering(key, run)
        if (group.isCapped && keepIf?.test(value) != false) group.written(key)
        return value
    }

    private inline fun remembering(
        key: String,
        run: () -> Any?,
    ): Any? =
        try {
            run()
        } catch (cancelled: CancellationException) {
            throw cancelled
        } catch (interrupted: InterruptedException) {
            throw interrupted
        } catch (failure: Exception) {
            failures?.remember(key, failure)
            throw failure
        }

    private fun request() = LoadRequest(type, entries(), nullable, keepIf)

    private fun entries(): EntryOptions {
        val entries = options.entries
        if (ownTag == null) return entries
        return entries.withTags((entries.tags ?: engine.get().profile.tags) + ownTag)
    }

    private fun ignored(): Set<Int> {
        val named =
            options.ignoredParameters.map { name ->
                options.parameters.indexOf(name).also { at ->
                    require(at >= 0) { "${this.name} has no parameter $name among ${options.parameters}" }
                }
            }
        return options.ignoredPositions + named
    }

    private companion object {
        val ANYTHING = ValueType.of(Any::class.java)
    }
}
