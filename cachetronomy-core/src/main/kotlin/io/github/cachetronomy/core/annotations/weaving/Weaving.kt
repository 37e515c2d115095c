package io.github.cachetronomy.core.annotations.weaving

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.annotations.CacheInvalidate
import io.github.cachetronomy.core.annotations.CachePut
import io.github.cachetronomy.core.engine.CacheEngine
import io.github.cachetronomy.core.functions.CachedFunction
import io.github.cachetronomy.core.functions.FunctionOptions
import io.github.cachetronomy.core.functions.KeyBuilder
import java.lang.reflect.Method
import java.util.function.Supplier

/** Reads the annotations of one interface, once: everything that can be found out before a call is found out here. */
internal class Weaving(
    private val engine: Supplier<CacheEngine>,
    type: Class<*>,
    private val implementation: Any,
    /** Hears of each method whose handler is made. */
    private val resolved: (ServiceMethod) -> Unit,
) {
    private val methods = ServiceMethods(type)

    private val cached =
        CachedMethods(
            methods.all.mapNotNull { method ->
                method.cached?.let { naming(method) { CachedMethod(engine, implementation, method, it) } }
            },
        )

    /** A handler for each method of the interface. */
    fun handlers(): Map<Method, Handler> {
        refuseUnseen()
        val handlers = methods.all.associateWith { naming(it) { handler(it) } }
        return methods.forms.mapValues { handlers.getValue(it.value) }
    }

    private fun handler(method: ServiceMethod): Handler {
        resolved(method)
        val target = Target(method.method, implementation)
        if (!method.isAnnotated) {
            val suspends = Signature.formOf(method.method) == Signature.Form.SUSPENDING
            return if (suspends) PlainSuspendingHandler(target) else target
        }
        val advice = advice(method)
        return when (method.signature.form) {
            Signature.Form.RETURNED -> ReturningHandler(method.signature, advice, target)
            Signature.Form.IN_FUTURE -> FutureHandler(method.signature, advice, target)
            Signature.Form.SUSPENDING -> SuspendingHandler(method.signature, advice, target)
        }
    }

    private fun advice(method: ServiceMethod): Advice {
        val (before, after) = method.invalidations.partition(CacheInvalidate::beforeInvocation)
        if (method.cached != null) {
            require(method.put == null) { "a method is @Cached or @CachePut, not both: it is called always, or not" }
            require(method.invalidations.isEmpty()) { "a @Cached method is not always called, and so removes nothing" }
            return CachingAdvice(cached.all.first { it.method === method }.function)
        }
        return ChangingAdvice(
            before.map { removal(method, it) },
            after.map { removal(method, it) },
            method.put?.let { put(method, it) },
        )
    }

    private fun removal(
        method: ServiceMethod,
        annotation: CacheInvalidate,
    ): Removal {
        val byName = annotation.name.isNotEmpty() || annotation.all
        val ways = listOf(byName, annotation.key.isNotEmpty(), annotation.tags.isNotEmpty())
        require(ways.count { it } == 1) { "a @CacheInvalidate has either a name, or all, or a key, or tags" }
        val condition = condition(method, annotation.condition)
        return when {
            annotation.key.isNotEmpty() -> {
                val template =
                    KeyTemplate.of(
                        annotation.key,
                        method.signature,
                        withResult = !annotation.beforeInvocation,
                    )
                Removal(condition) { arguments, result ->
                    listOf(engine.get().delete(template.keyFor(arguments, result)))
                }
            }

            annotation.tags.isNotEmpty() -> {
                val tags = EntryOptions.tags(*annotation.tags).tags.orEmpty()
                Removal(condition) { _, _ -> listOf(engine.get().clearByTags(tags, TagMatch.ANY)) }
            }

            annotation.all -> {
                val cleared = if (annotation.name.isEmpty()) cached.all else listOf(cached.named(annotation.name))
                require(cleared.isNotEmpty()) { "there is no @Cached method in the interface" }
                Removal(condition) { _, _ -> cleared.map { it.function.invalidateAll() } }
            }

            else -> {
                val of = cached.named(annotation.name)
                val places = ArgumentMatch.places(method, of.method)
                Removal(condition) { arguments, _ -> listOf(of.function.invalidate(places.map(arguments::get))) }
            }
        }
    }

    private fun put(
        method: ServiceMethod,
        annotation: CachePut,
    ): Put {
        val type = method.signature.valueType()
        val template = annotation.key.ifEmpty { null }?.let { KeyTemplate.of(it, method.signature, withResult = true) }
        require(annotation.name.isNotEmpty() || template != null) { "a @CachePut has a name, or a key, or both" }
        val of = annotation.name.ifEmpty { null }?.let(cached::named) ?: template?.let(cached::keyedAs)
        require(of == null || of.type == type) { "what is put for ${of?.method} has to be a ${of?.type}, not a $type" }
        require(
            of == null || template == null || of.template != null,
        ) { "${of?.method} has no key that this one could meet" }
        val entries =
            CachedMethod.entries(
                of?.entries ?: EntryOptions.defaults(),
                annotation.timeToLive,
                annotation.tags,
                annotation.version,
                annotation.format,
            )
        val condition = condition(method, annotation.condition)
        if (template == null) {
            val places = ArgumentMatch.places(method, checkNotNull(of).method)
            return Put(condition, of.writing(entries, of.keyBuilder())) { arguments, _ -> places.map(arguments::get) }
        }
        val keyBuilder = KeyBuilder { template.keyFor(it.dropLast(1), it.last()) }
        val function =
            of?.writing(entries, keyBuilder) ?: CachedFunction(
                engine,
                method.identity,
                type,
                nullable = true,
                FunctionOptions.defaults().withEntries(entries).withKeyBuilder(keyBuilder),
            )
        return Put(condition, function) { arguments, result -> arguments + result }
    }

    private fun condition(
        method: ServiceMethod,
        called: String,
    ): Question? = called.ifEmpty { null }?.let { Question(method.condition(it), implementation) }

    /** Annotations of the implementing class would do nothing, and nobody would know. */
    private fun refuseUnseen() {
        generateSequence<Class<*>>(implementation.javaClass) { it.superclass }
            .flatMap { it.declaredMethods.asSequence() }
            .forEach { found ->
                val unseen = found.annotations.filter(ServiceMethod::isOurs)
                require(unseen.isEmpty() || methods.all.any { it.name == found.name && it.has(unseen) }) {
                    "${found.declaringClass.name}.${found.name} is annotated, " +
                        "and only the methods of the interface are looked at"
                }
            }
    }

    private inline fun <R> naming(
        method: ServiceMethod,
        resolve: () -> R,
    ): R =
        try {
            resolve()
        } catch (wrong: IllegalArgumentException) {
            throw IllegalArgumentException("$method: ${wrong.message}", wrong)
        }
}
