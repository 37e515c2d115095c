package io.github.cachetronomy.core.annotations.weaving

import java.lang.reflect.GenericArrayType
import java.lang.reflect.ParameterizedType
import java.lang.reflect.Type
import java.lang.reflect.TypeVariable
import java.lang.reflect.WildcardType

/** What type variables stand for, seen from a type: in a `Users extends Store<User>`, the `T` of `Store` is `User`. */
internal class TypeBindings(
    root: Type,
) {
    private val bound = HashMap<TypeVariable<*>, Type>()

    init {
        bind(root)
    }

    private fun bind(type: Type) {
        val raw = rawClass(type)
        if (type is ParameterizedType) {
            raw.typeParameters.forEachIndexed { i, variable -> bound[variable] = resolve(type.actualTypeArguments[i]) }
        }
        raw.genericInterfaces.forEach(::bind)
        raw.genericSuperclass?.let(::bind)
    }

    /** [type] with what is known in the place of its variables. */
    fun resolve(type: Type): Type =
        when (type) {
            is TypeVariable<*> -> bound[type] ?: type
            is ParameterizedType -> type.withArguments(::resolve)
            is GenericArrayType -> arrayOrNull(resolve(type.genericComponentType)) ?: type
            else -> type
        }

    private fun arrayOrNull(component: Type): Type? = (component as? Class<*>)?.arrayType()
}

/** The class without its type arguments; of a variable or wildcard what it is at the least. */
internal fun rawClass(type: Type): Class<*> =
    when (type) {
        is Class<*> -> type
        is ParameterizedType -> type.rawType as Class<*>
        is GenericArrayType -> rawClass(type.genericComponentType).arrayType()
        is TypeVariable<*> -> rawClass(type.bounds[0])
        is WildcardType -> rawClass(type.upperBounds[0])
        else -> Any::class.java
    }

/** [type] as Kotlin wrote it: its compiler puts wildcards where a type argument is read only. */
internal fun withoutWildcards(type: Type): Type =
    when (type) {
        is WildcardType -> withoutWildcards((type.lowerBounds + type.upperBounds)[0])
        is ParameterizedType -> type.withArguments(::withoutWildcards)
        else -> type
    }

private fun ParameterizedType.withArguments(change: (Type) -> Type): Type {
    val arguments = actualTypeArguments.map(change)
    return if (arguments == actualTypeArguments.asList()) this else Parameterized(this, arguments)
}

/** Equal to what Java makes of the same type. */
private class Parameterized(
    private val pattern: ParameterizedType,
    private val arguments: List<Type>,
) : ParameterizedType {
    override fun getRawType(): Type = pattern.rawType

    override fun getOwnerType(): Type? = pattern.ownerType

    override fun getActualTypeArguments(): Array<Type> = arguments.toTypedArray()

    override fun equals(other: Any?): Boolean =
        other is ParameterizedType && rawType == other.rawType && ownerType == other.ownerType &&
            arguments == other.actualTypeArguments.asList()

    override fun hashCode(): Int = arguments.hashCode() xor ownerType.hashCode() xor rawType.hashCode()

    override fun toString(): String = rawClass(this).name + arguments.joinToString(", ", "<", ">") { it.typeName }
}
