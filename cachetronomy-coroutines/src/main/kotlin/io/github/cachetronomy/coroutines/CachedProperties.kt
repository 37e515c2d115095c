package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.engine.reads.LoadRequest
import io.github.cachetronomy.core.keys.Keys
import kotlin.jvm.internal.CallableReference
import kotlin.jvm.internal.ClassBasedDeclarationContainer
import kotlin.properties.PropertyDelegateProvider
import kotlin.properties.ReadOnlyProperty
import kotlin.reflect.KProperty
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlin.time.Duration

/**
 * Makes the delegate of a property whose value is cached: read from memory or file, and by [load] where there is none,
 * at most once however many read it.
 *
 * ```
 * class Bank(cache: Cachetronaut) {
 *     val rates by cache.property(timeToLive = 1.hours) { loadRates() }
 * }
 * ```
 *
 * Reading the property blocks, as reading any property does; [suspendProperty] suspends. A null is cached, what [load]
 * throws is thrown on and is not. [load] runs on the reader's thread, under no lock.
 *
 * The key is `Keys.of("property", NAME)`, where NAME is that of the class and the property: all instances of a class
 * share the value. Where they should not, give a [key].
 *
 * @param timeToLive null = the profile's
 * @param tags null = the profile's
 * @param version stamped on a loaded value; an entry of another version is loaded anew
 * @param key the whole key; null = by the property's name. A property that is local, or a member of a class without a
 * name of its own, has to be given one, or is refused with an [IllegalArgumentException]
 */
public inline fun <reified T> Cachetronaut.property(
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    version: Long? = null,
    format: String? = null,
    key: String? = null,
    noinline load: () -> T,
): PropertyDelegateProvider<Any?, ReadOnlyProperty<Any?, T>> {
    val source = propertySource(typeOf<T>(), micros(timeToLive), tags, version, format)
    return PropertyDelegateProvider { _, property ->
        val name = key ?: keyOf(property)
        ReadOnlyProperty { _, _ -> source.read(name, load) as T }
    }
}

/**
 * As [property], for a loader that suspends. The value of the property is the function that gives what is cached.
 *
 * ```
 * class Bank(cache: Cachetronaut) {
 *     val rates by cache.suspendProperty(timeToLive = 1.hours) { api.rates() }
 * }
 * bank.rates()
 * ```
 */
public inline fun <reified T> Cachetronaut.suspendProperty(
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    version: Long? = null,
    format: String? = null,
    key: String? = null,
    noinline load: suspend () -> T,
): PropertyDelegateProvider<Any?, ReadOnlyProperty<Any?, suspend () -> T>> {
    val source = propertySource(typeOf<T>(), micros(timeToLive), tags, version, format)
    return PropertyDelegateProvider { _, property ->
        val name = key ?: keyOf(property)
        val read: suspend () -> T = { source.readSuspending(name, load) as T }
        ReadOnlyProperty { _, _ -> read }
    }
}

/** Where the values of a property come from. */
@PublishedApi
internal class PropertySource(
    private val cache: Cachetronaut,
    private val request: LoadRequest,
) {
    fun read(
        key: String,
        load: () -> Any?,
    ): Any? = cache.engine.cachedBlocking(key, request, load)

    suspend fun readSuspending(
        key: String,
        load: suspend () -> Any?,
    ): Any? = cache.engine.cached(key, request, load)
}

@PublishedApi
internal fun Cachetronaut.propertySource(
    type: KType,
    timeToLive: Long,
    tags: Set<String>?,
    version: Long?,
    format: String?,
): PropertySource {
    format?.let(::requireFormat)
    return PropertySource(this, request(type, timeToLive, tags, version, format))
}

/**
 * The key of a property: by the class that declares it, which for one outside of classes is that of its file. Without
 * Kotlin's reflection, which takes long to load.
 */
@PublishedApi
internal fun keyOf(property: KProperty<*>): String {
    val reference = property as? CallableReference
    val owner = (reference?.owner as? ClassBasedDeclarationContainer)?.jClass
    require(owner != null && !isLocal(owner) && !reference.signature.startsWith(LOCAL)) {
        "the property ${property.name} has no name of its own: give it a key"
    }
    val receivers = reference.signature.substringAfter('(').substringBefore(')')
    val name = "${owner.name}.${property.name}"
    // Extensions of several classes may have one name.
    return if (receivers.isEmpty()) Keys.of("property", name) else Keys.of("property", name, receivers)
}

/** Whether the compiler made up a name for [type], or for a class around it, and may make up another one tomorrow. */
private fun isLocal(type: Class<*>): Boolean =
    generateSequence<Class<*>>(type) { it.enclosingClass }.any { it.isAnonymousClass || it.isLocalClass || it.isHidden }

/** What the compiler writes for the signature of a local property. */
private const val LOCAL = "<v#"
