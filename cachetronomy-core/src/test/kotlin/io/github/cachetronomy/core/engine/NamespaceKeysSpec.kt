package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.engine.namespaces.NamespaceKeys
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.map
import io.kotest.property.checkAll

/** Short texts of what stands between the parts of a key, so that every mistake in telling them apart shows. */
private val parts = Arb.element("@", ":", "1", "2", "3", "11", "a", "%", "_", "*", "\uD83D\uDE00", "\u0000")
private val texts: Arb<String> = Arb.list(parts, 1..5).map { it.joinToString("") }

@Tags("fast")
class NamespaceKeysSpec :
    FunSpec({
        fun prefix(path: List<String>) = path.fold("") { around, name -> NamespaceKeys(around, name).prefix }

        test("two namespaces never meet, whatever their names and keys are") {
            checkAll(20_000, texts, texts, texts, texts) { name, key, otherName, otherKey ->
                val one = NamespaceKeys("", name)
                val other = NamespaceKeys("", otherName)
                withClue("$name, $key, $otherName, $otherKey") {
                    (one.outer(key) == other.outer(otherKey)) shouldBe (name == otherName && key == otherKey)
                    if (name != otherName) one.outer(key).startsWith(other.prefix) shouldBe false
                    one.inner(one.outer(key)) shouldBe key
                }
            }
        }

        test("nested ones begin as another does only where they are in it") {
            checkAll(20_000, Arb.list(texts, 1..3), Arb.list(texts, 1..3), texts) { path, otherPath, key ->
                val isInside = path.size >= otherPath.size && path.subList(0, otherPath.size) == otherPath
                // A key may look like a namespace inside; that is then where it is.
                val outer = prefix(path) + "k$key"
                withClue("$path, $otherPath") { outer.startsWith(prefix(otherPath)) shouldBe isInside }
            }
        }

        test("the end of a namespace is found in any key") {
            checkAll(Arb.list(texts, 1..3), texts) { path, key ->
                var at = 0
                for (depth in 1..path.size) {
                    at = NamespaceKeys.endOfPrefix(prefix(path) + key, at)
                    at shouldBe prefix(path.take(depth)).length
                }
            }
            for (other in listOf(
                "",
                "@",
                "@:",
                "@1",
                "@1:",
                "@1:a",
                "@0::",
                "@2:a:",
                "@-1:a:",
                "@01x:",
                "@256:",
                "a@1:a:",
                "@9999:",
            )) {
                withClue(other) { NamespaceKeys.endOfPrefix(other, 0) shouldBe -1 }
            }
        }

        test("a name has 1 to 255 chars and no lone surrogate") {
            for (name in listOf("a", "@", ":", " ", "\u0000", "n".repeat(255))) {
                NamespaceKeys("", name).prefix shouldBe "@${name.length}:$name:"
            }
            shouldThrow<IllegalArgumentException> { NamespaceKeys("", "") }.message.orEmpty() shouldContain "empty"
            shouldThrow<IllegalArgumentException> { NamespaceKeys("", "n".repeat(256)) }
                .message
                .orEmpty() shouldContain "256"
            shouldThrow<IllegalArgumentException> { NamespaceKeys("", "a\uD800") }
                .message
                .orEmpty() shouldContain "surrogate"
        }

        test("the name counts for the length of a key") {
            val keys = NamespaceKeys("", "abc")
            keys.outer("k".repeat(65_536 - 7)).length shouldBe 65_536
            shouldThrow<IllegalArgumentException> { keys.outer("k".repeat(65_536 - 6)) }
                .message
                .orEmpty() shouldContain "65530"
            shouldThrow<IllegalArgumentException> { keys.outer("") }
        }
    })
