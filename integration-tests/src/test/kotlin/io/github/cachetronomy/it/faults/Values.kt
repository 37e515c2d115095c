package io.github.cachetronomy.it.faults

import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.serialization.Serializable

/** A value, as an older release of a program wrote it. */
@Serializable
data class Spot(
    val x: Int,
    val y: Int,
)

/** The same value, as a newer release knows it. */
@Serializable
data class Place(
    val x: Int,
    val y: Int,
    val name: String = "",
)

/** There was no usable value, for this reason and no other. */
infix fun Lookup<*>.shouldMiss(reason: MissReason) {
    shouldBeInstanceOf<Lookup.Miss>().reason shouldBe reason
}
