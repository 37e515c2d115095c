package io.github.cachetronomy.core.annotations.weaving

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.annotations.Cached
import io.github.cachetronomy.core.engine.CacheEngine
import io.github.cachetronomy.core.functions.CachedFunction
import io.github.cachetronomy.core.functions.FunctionOptions
import io.github.cachetronomy.core.functions.KeyBuilder
import io.github.cachetronomy.core.spi.ValueType
import java.util.function.Predicate
import java.util.function.Supplier

/** A method whose results are kept. */
internal class CachedMethod(
    private val engine: Supplier<CacheEngine>,
    implementation: Any,
    val method: ServiceMethod,
    private val annotation: Cached,
) {
    /** The function's name, which begins its keys. */
    val name: String = annotation.name.ifEmpty { method.identity }

    val type: ValueType = method.signature.valueType()

    /** Null = the keys are made of the name and the arguments. */
    val template: KeyTemplate? = annotation.key.ifEmpty { null }?.let { KeyTemplate.of(it, method.signature) }

    private val isNullable = annotation.keepNull && !rawClass(method.signature.result).isPrimitive

    private val keepIf: Predicate<Any?>? = keepIf(implementation)

    val entries: EntryOptions =
        entries(EntryOptions.defaults(), annotation.timeToLive, annotation.tags, annotation.version, annotation.format)

    /** How the results are kept, but for whatever asks for the arguments. */
    private val keeping: FunctionOptions
        get() {
            var options = FunctionOptions.defaults()
            keepIf?.let { options = options.withKeepIf(it) }
            if (annotation.maxEntries != ANY_NUMBER) options = options.withMaxEntries(annotation.maxEntries)
            return options
        }

    val function: CachedFunction = function(options(implementation))

    /** The function again, with results that are written as [entries] say, under keys of [keyBuilder]'s if there is one. */
    fun writing(
        entries: EntryOptions,
        keyBuilder: KeyBuilder?,
    ): CachedFunction {
        val options = keyBuilder?.let(keeping::withKeyBuilder) ?: ignoring(keeping)
        return function(options.withEntries(entries))
    }

    private fun function(options: FunctionOptions) = CachedFunction(engine, name, type, isNullable, options)

    private fun options(implementation: Any): FunctionOptions {
        var options = ignoring(keeping).withEntries(entries)
        keyBuilder()?.let { options = options.withKeyBuilder(it) }
        if (annotation.condition.isNotEmpty()) {
            options = options.withCacheIf(Question(method.condition(annotation.condition), implementation)::isYes)
        }
        return options
    }

    /** What makes keys of this method's arguments; null = the name and the arguments do. */
    fun keyBuilder(): KeyBuilder? = template?.let { template -> KeyBuilder { template.keyFor(it, null) } }

    private fun ignoring(options: FunctionOptions): FunctionOptions {
        val ignored = annotation.ignored
        require(ignored.isEmpty() || template == null) { "what a key does not name is ignored anyway" }
        return options.withIgnored(*IntArray(ignored.size) { method.signature.placeOf(ignored[it]) })
    }

    private fun keepIf(implementation: Any): Predicate<Any?>? {
        val asked = annotation.keepIf.ifEmpty { null }?.let { Question(method.keepIf(it), implementation) }
        if (asked == null) return if (annotation.keepNull) null else Predicate { it != null }
        return Predicate { (it != null || isNullable) && asked.isYes(listOf(it)) }
    }

    companion object {
        private const val ANY_NUMBER = -1

        /** [base], and what an annotation says beside it. */
        fun entries(
            base: EntryOptions,
            timeToLive: String,
            tags: Array<String>,
            version: Long,
            format: String,
        ): EntryOptions {
            var entries = TimeToLiveText.set(timeToLive, base)
            if (tags.isNotEmpty()) entries = entries.withTags(*tags)
            if (version != 0L) entries = entries.withVersion(version)
            if (format.isNotEmpty()) entries = entries.withFormat(format)
            return entries
        }
    }
}
