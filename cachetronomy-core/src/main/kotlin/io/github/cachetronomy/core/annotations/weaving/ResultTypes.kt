package io.github.cachetronomy.core.annotations.weaving

import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.Flow
import java.lang.reflect.GenericArrayType
import java.lang.reflect.ParameterizedType
import java.lang.reflect.Type
import java.lang.reflect.TypeVariable
import java.lang.reflect.WildcardType
import java.util.Enumeration
import java.util.Spliterator
import java.util.concurrent.Flow.Publisher
import java.util.concurrent.Future

/** Which types a method's result may have. */
internal object ResultTypes {
    /** What goes on after the method has returned. */
    private val unfinished = listOf(Future::class.java, Job::class.java, Flow::class.java, Publisher::class.java)

    /** What can be read once. */
    private val once =
        listOf(
            AutoCloseable::class.java,
            Iterator::class.java,
            Spliterator::class.java,
            Enumeration::class.java,
            Sequence::class.java,
        )

    /** Streams of other libraries that nothing here depends on. */
    private const val REACTIVE = "org.reactivestreams.Publisher"

    private val nothing = setOf(Void.TYPE, Void::class.java, Unit::class.java)

    /** Whether there is no result, only an end. */
    fun isNothing(type: Type): Boolean = type in nothing

    /** Refuses a result of which nobody here would see the end. */
    fun requireFinished(type: Type) {
        val raw = rawClass(type)
        require(unfinished.none { it.isAssignableFrom(raw) } && REACTIVE !in superNames(raw)) {
            "a ${type.typeName} is not there yet when the method returns; a CompletableFuture is waited for"
        }
    }

    /** Refuses a result that cannot be kept. */
    fun requireValue(type: Type) {
        require(!isNothing(type)) { "there is no result to keep" }
        when (type) {
            is TypeVariable<*>, is WildcardType -> {
                throw IllegalArgumentException("what ${type.typeName} stands for is not known")
            }

            is ParameterizedType -> {
                type.actualTypeArguments.forEach(::requireValue)
            }

            is GenericArrayType -> {
                requireValue(type.genericComponentType)
            }
        }
        requireFinished(type)
        require(once.none { it.isAssignableFrom(rawClass(type)) }) {
            "a ${type.typeName} can be read once, and what is kept is read again and again"
        }
    }

    private fun superNames(type: Class<*>): Sequence<String> =
        sequenceOf(type.name) +
            (type.interfaces.asSequence() + listOfNotNull(type.superclass)).flatMap { superNames(it) }
}
