package io.github.cachetronomy.it

import io.kotest.assertions.withClue
import io.kotest.common.ExperimentalKotest
import io.kotest.core.NamedTag
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.property.Arb
import io.kotest.property.PropTestConfig
import io.kotest.property.ShrinkingMode
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import kotlin.random.Random

/**
 * Random sequences of operations, closings and reopenings among them, against a map and a clock: the
 * cache answers as the map does. A failure names its seed, which replaces the random one below to
 * see the same sequence again.
 */
@OptIn(ExperimentalKotest::class)
class ModelSpec :
    FunSpec({
        val length = 120

        suspend fun compare(sequences: Int) {
            val folder = tempdir().toPath()
            var files = 0
            val config = PropTestConfig(iterations = sequences, shrinkingMode = ShrinkingMode.Off)
            checkAll(config, Arb.long()) { seed ->
                withClue("the sequence of seed $seed") {
                    Comparison(folder.resolve("model-${files++}.db"), Random(seed)).run(length)
                }
            }
        }

        test("twenty random sequences of $length operations answer like a map with a clock")
            .config(tags = setOf(NamedTag("fast"))) { compare(20) }

        test("and a hundred more")
            .config(tags = setOf(NamedTag("deep"))) { compare(100) }
    })
