package io.github.cachetronomy.core.annotations.weaving

import io.github.cachetronomy.core.annotations.CacheInvalidate
import io.github.cachetronomy.core.annotations.CachePut
import io.github.cachetronomy.core.annotations.Cached
import io.github.cachetronomy.core.spi.ValueType
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import kotlin.coroutines.Continuation

/** The methods of an interface, those of its super-interfaces among them, each once however often it is declared. */
internal class ServiceMethods(
    private val type: Class<*>,
) {
    private val bindings = TypeBindings(type)

    /** The interface, and what it extends, the nearest first. */
    private val hierarchy: List<Class<*>> =
        generateSequence(listOf(type)) { level -> level.flatMap { it.interfaces.asList() }.ifEmpty { null } }
            .flatten()
            .distinct()
            .toList()

    private val declared = hierarchy.flatMap { it.declaredMethods.filter(::isMethod) }.filterNot(Method::isBridge)

    val all: List<ServiceMethod> =
        declared.groupBy(::shapeOf).map { (shape, methods) ->
            val isOverloaded = declared.any { it.name == shape.name && shapeOf(it) != shape }
            ServiceMethod(type, methods, shape.parameters, isOverloaded, bindings)
        }

    /** Every form in which a proxy may be asked for a method. */
    val forms: Map<Method, ServiceMethod> =
        type.methods.filter(::isMethod).associateWith { form ->
            val shape = shapeOf(if (form.isBridge) bridged(form) else form)
            all.first { it.name == shape.name && it.shape == shape.parameters }
        }

    /** What [bridge] was made for: a method that is declared here once more with narrower types. */
    private fun bridged(bridge: Method): Method =
        declared.first { it.name == bridge.name && it.parameterTypes.contentEquals(bridge.parameterTypes) }

    private data class Shape(
        val name: String,
        val parameters: List<Class<*>>,
    )

    private fun shapeOf(method: Method) =
        Shape(method.name, method.genericParameterTypes.map { rawClass(bindings.resolve(it)) })

    private fun isMethod(method: Method) = !Modifier.isStatic(method.modifiers) && !Modifier.isPrivate(method.modifiers)
}

/** A method of an interface. */
internal class ServiceMethod(
    private val service: Class<*>,
    /** Its declarations, the nearest to the interface first. */
    private val declarations: List<Method>,
    /** The classes of its parameters. */
    val shape: List<Class<*>>,
    isOverloaded: Boolean,
    private val bindings: TypeBindings,
) {
    /** The one that says most of the types. */
    val method: Method = declarations.first()

    val name: String get() = method.name

    /** What it is called where nobody says. */
    val identity: String =
        "${service.name}.$name" + if (isOverloaded) given().joinToString(",", "(", ")") { it.typeName } else ""

    val signature: Signature by lazy(LazyThreadSafetyMode.NONE) { Signature(method, bindings) }

    private val annotated =
        declarations.firstOrNull { declaration -> declaration.annotations.any(::isOurs) }

    val cached: Cached? = annotated?.getAnnotation(Cached::class.java)

    val put: CachePut? = annotated?.getAnnotation(CachePut::class.java)

    val invalidations: List<CacheInvalidate> =
        annotated?.getAnnotationsByType(CacheInvalidate::class.java).orEmpty().asList()

    val isAnnotated: Boolean get() = annotated != null

    /** Whether it has these annotations itself. */
    fun has(annotations: Collection<Annotation>): Boolean = annotations.all { it in annotated?.annotations.orEmpty() }

    /** The static or default method [called] of the interface that says yes or no of this one's arguments. */
    fun condition(called: String): Method = predicate(called, given().joinToString { it.typeName }) { it == given() }

    /** As [condition], of the result. */
    fun keepIf(called: String): Method {
        val result = boxed(rawClass(signature.result))
        return predicate(called, result.typeName) { it.size == 1 && boxed(it[0]).isAssignableFrom(result) }
    }

    private fun predicate(
        called: String,
        takes: String,
        fits: (List<Class<*>>) -> Boolean,
    ): Method {
        val found =
            (method.declaringClass.methods + service.methods).find { candidate ->
                candidate.name == called && candidate.returnType == Boolean::class.javaPrimitiveType &&
                    (Modifier.isStatic(candidate.modifiers) || candidate.isDefault) &&
                    fits(candidate.genericParameterTypes.map { rawClass(bindings.resolve(it)) })
            }
        return requireNotNull(found) { "there is no static or default method boolean $called($takes)" }
    }

    /** The classes of what callers give. */
    private fun given() = shape - Continuation::class.java

    private fun boxed(type: Class<*>): Class<*> = ValueType.of(type).rawClass

    override fun toString(): String = "${service.name}.$name" + given().joinToString(", ", "(", ")") { it.simpleName }

    companion object {
        /** Whether [annotation] is one that the cache looks for. */
        fun isOurs(annotation: Annotation): Boolean =
            annotation is Cached || annotation is CachePut || annotation is CacheInvalidate ||
                annotation is CacheInvalidate.Several
    }
}
