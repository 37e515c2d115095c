package io.github.cachetronomy.interop

import io.github.cachetronomy.core.engine.CacheEngine
import io.github.cachetronomy.core.engine.EngineAccess
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.core.state.ObjectState
import io.github.cachetronomy.core.state.StateOpening
import io.github.cachetronomy.core.state.StateRequest
import java.util.concurrent.Callable

/** Opens states for Java, where what creates an object may throw checked exceptions that pass as thrown. */
internal object StateBridge {
    @JvmStatic
    fun <T : Any> open(
        access: EngineAccess,
        engine: CacheEngine,
        id: String,
        type: ValueType,
        options: StateOptions,
        create: Callable<out T>,
    ): ObjectState<T> {
        val request = StateRequest(id, type, options.entry(), options.save(), options.strict())
        val opening = StateOpening<T>(access, engine, request)
        return opening.fromMemory() ?: opening.fromStore() ?: opening.created(created(create))
    }

    private fun <T : Any> created(create: Callable<out T>): T {
        val value: T? = create.call()
        return value ?: throw NullPointerException("what creates a state gave null")
    }
}
