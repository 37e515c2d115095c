package io.github.cachetronomy.core.annotations.weaving

/** The [CachedMethod]s of an interface, as its other methods speak of them. */
internal class CachedMethods(
    val all: List<CachedMethod>,
) {
    init {
        all.groupBy(CachedMethod::name).values.filter { it.size > 1 }.forEach { same ->
            throw IllegalArgumentException("${same.map(CachedMethod::method)} are both called ${same[0].name}")
        }
    }

    /** The one that is called [name], as a function or as a method. */
    fun named(name: String): CachedMethod {
        val found = all.filter { it.name == name }.ifEmpty { all.filter { it.method.name == name } }
        require(found.isNotEmpty()) { "there is no @Cached method called $name in the interface" }
        require(found.size == 1) { "$name is the name of several @Cached methods; one has to be given its own" }
        return found.single()
    }

    /** The one whose key is [template] but for what stands in the braces, or null. */
    fun keyedAs(template: KeyTemplate): CachedMethod? {
        val found = all.filter { it.template?.outline == template.outline }
        require(found.size <= 1) { "${found.map(CachedMethod::method)} all have such a key; a name has to be given" }
        return found.singleOrNull()
    }
}

/** Finds the arguments of one method among those of another. */
internal object ArgumentMatch {
    /** For each parameter of [to] its place in [from]: by name where all are known, else in their order. */
    fun places(
        from: ServiceMethod,
        to: ServiceMethod,
    ): IntArray {
        val given = from.signature.parameters
        val wanted = to.signature.parameters
        val byName =
            IntArray(wanted.size) { at -> given.indexOfFirst { it.name != null && it.name == wanted[at].name } }
        val places = if (byName.all { it >= 0 }) byName else IntArray(wanted.size) { it }
        val fit =
            (places === byName || given.size == wanted.size) &&
                wanted.indices.all { rawClass(wanted[it].type).isAssignableFrom(rawClass(given[places[it]].type)) }
        require(fit) { "it does not have the parameters of $to; a key can name what there is" }
        return places
    }
}
