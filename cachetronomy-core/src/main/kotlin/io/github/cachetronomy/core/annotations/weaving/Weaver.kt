package io.github.cachetronomy.core.annotations.weaving

import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.engine.CacheEngine
import java.lang.reflect.InvocationHandler
import java.lang.reflect.Method
import java.lang.reflect.Proxy
import java.util.function.Supplier

/** Puts the cache between an interface and what implements it, as the interface's annotations say. */
@InternalCachetronomyApi
public object Weaver {
    /**
     * An object that does what [implementation] does and keeps results. Thread-safe if that is.
     *
     * @throws IllegalArgumentException if [type] is no interface, or an annotation says what cannot be done
     */
    @JvmStatic
    public fun <S : Any> wrap(
        engine: Supplier<CacheEngine>,
        type: Class<S>,
        implementation: S,
    ): S = wrap(engine, type, implementation) { }

    internal fun <S : Any> wrap(
        engine: Supplier<CacheEngine>,
        type: Class<S>,
        implementation: S,
        resolved: (ServiceMethod) -> Unit,
    ): S {
        require(type.isInterface && !type.isAnnotation) { "${type.name} is no interface, and only one can be woven" }
        val handlers = Weaving(engine, type, implementation, resolved).handlers()
        return type.cast(Proxy.newProxyInstance(type.classLoader, arrayOf(type), Woven(handlers, implementation)))
    }
}

/** What stands behind a woven interface. */
internal class Woven(
    handlers: Map<Method, Handler>,
    private val implementation: Any,
) : InvocationHandler {
    private val handlers =
        handlers +
            mapOf(
                method("hashCode") to Handler { implementation.hashCode() },
                method("toString") to Handler { implementation.toString() },
                method("equals", Any::class.java) to Handler { implementation == unwoven(it[0]) },
            )

    override fun invoke(
        proxy: Any,
        method: Method,
        arguments: Array<out Any?>?,
    ): Any? = handlers.getValue(method).call(arguments ?: NONE)

    private companion object {
        val NONE = emptyArray<Any?>()

        fun method(
            name: String,
            vararg parameters: Class<*>,
        ): Method = Any::class.java.getMethod(name, *parameters)

        /** An object that is woven equals itself, and whatever stands for an equal one. */
        fun unwoven(other: Any?): Any? {
            if (other == null || !Proxy.isProxyClass(other.javaClass)) return other
            return (Proxy.getInvocationHandler(other) as? Woven)?.implementation ?: other
        }
    }
}
