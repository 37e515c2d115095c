package io.github.cachetronomy.core.annotations.weaving

import java.lang.invoke.MethodHandle
import java.lang.invoke.MethodHandles
import java.lang.invoke.MethodType
import java.lang.reflect.AccessibleObject
import java.lang.reflect.Field
import java.lang.reflect.Member
import java.lang.reflect.Method
import java.lang.reflect.Modifier

/** Opens methods and fields once, so that a call neither searches nor checks. */
internal object Handles {
    private val lookup = MethodHandles.lookup()
    private val SPREADING = MethodType.methodType(Any::class.java, Array<Any?>::class.java)

    fun of(method: Method): MethodHandle = open(method, lookup::unreflect)

    fun of(field: Field): MethodHandle = open(field, lookup::unreflectGetter)

    /** [method] of [receiver], or a static one, as a handle that takes the arguments as an array. */
    fun spreading(
        method: Method,
        receiver: Any,
    ): MethodHandle {
        val handle = of(method).asFixedArity()
        val bound = if (Modifier.isStatic(method.modifiers)) handle else handle.bindTo(receiver)
        return bound.asSpreader(Array<Any?>::class.java, method.parameterCount).asType(SPREADING)
    }

    private fun <M> open(
        member: M,
        unreflect: (M) -> MethodHandle,
    ): MethodHandle where M : AccessibleObject, M : Member {
        member.trySetAccessible()
        try {
            return unreflect(member)
        } catch (closed: IllegalAccessException) {
            val owner = member.declaringClass
            throw IllegalArgumentException("${owner.module} does not open ${owner.packageName} to the cache", closed)
        }
    }
}
