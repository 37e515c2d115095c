package io.github.cachetronomy.it

import com.networknt.schema.InputFormat
import com.networknt.schema.SchemaRegistry
import com.networknt.schema.SpecificationVersion
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.serialization.JsonSchema
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.coroutines.jsonSchema
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/** What the schema of a type says, as a validator reads it, is what the format `json` writes and reads. */
@Tags("fast")
class JsonSchemaSpec :
    FunSpec({
        test("what is written satisfies the schema") {
            accepts(Order("7", listOf(Line("tea", 2u)), mapOf(Size.SMALL to 1.5), Paid("card"), note = null))
            accepts(Order("7", emptyList(), emptyMap(), Open, note = "soon"))
            accepts(Tree("a", listOf(Tree("b"), Tree("c", listOf(Tree("d"))))))
            accepts(Two(Box(1), Box("x"), Box(null)))
            accepts(listOf(mapOf("a" to listOf(1L, null))))
            accepts('c')
            accepts(Id("x"))
        }

        val wrong =
            mapOf(
                "a property that is missing" to """{"lines":[],"sizes":{},"state":{"type":"open"}}""",
                "a null where none may be" to """{"id":null,"lines":[],"sizes":{},"state":{"type":"open"}}""",
                "a property that nobody knows" to """{"id":"7","lines":[],"sizes":{},"state":{"type":"open"},"x":1}""",
                "a number below zero" to
                    """{"id":"7","lines":[{"what":"tea","count":-1}],"sizes":{},"state":{"type":"open"}}""",
                "a state that is none" to """{"id":"7","lines":[],"sizes":{},"state":{"type":"lost"}}""",
                "a state without what it needs" to """{"id":"7","lines":[],"sizes":{},"state":{"type":"paid"}}""",
                "a text for a list" to """{"id":"7","lines":"none","sizes":{},"state":{"type":"open"}}""",
            )
        for ((what, json) in wrong) {
            test("$what is refused by the schema, as by the cache") {
                errors(jsonSchema<Order>(), json).shouldNotBeEmpty()
                onHarness {
                    put("k", json)
                    (cache.find<Order>("k") as Lookup.Miss).reason shouldBe MissReason.DECODING
                }
            }
        }

        test("what has a default may be left out") {
            val json = """{"id":"7","lines":[],"sizes":{},"state":{"type":"open"}}"""
            errors(jsonSchema<Order>(), json).shouldBeEmpty()
            onHarness {
                put("k", json)
                cache.get<Order>("k")?.note shouldBe "none"
            }
        }

        test("it has the form that people expect") {
            jsonSchema<Line>() shouldBe
                """
                {
                  "${'$'}schema": "https://json-schema.org/draft/2020-12/schema",
                  "title": "line",
                  "type": "object",
                  "properties": {
                    "what": {
                      "type": "string"
                    },
                    "count": {
                      "type": "integer",
                      "minimum": 0
                    }
                  },
                  "required": [
                    "what",
                    "count"
                  ],
                  "additionalProperties": false
                }
                """.trimIndent()
        }

        test("both languages get the same") {
            JsonSchema.of(ValueType.of(Order::class.java)) shouldBe jsonSchema<Order>()
        }

        test("what has no schema is refused by name") {
            shouldThrow<IllegalArgumentException> { jsonSchema<Thread>() }.message shouldContain "Thread"
            shouldThrow<IllegalArgumentException> { jsonSchema<Map<Line, Int>>() }.message shouldContain "line"
        }
    })

private suspend inline fun <reified T> accepts(value: T) =
    onHarness {
        cache.set("k", value)
        val json = stored("k").shouldNotBeNull()
        withClue(json) { errors(jsonSchema<T>(), json).shouldBeEmpty() }
    }

private fun errors(
    schema: String,
    json: String,
): List<String> =
    SchemaRegistry
        .withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(schema, InputFormat.JSON)
        .validate(json, InputFormat.JSON)
        .map { it.toString() }

@Serializable
private data class Order(
    val id: String,
    val lines: List<Line>,
    val sizes: Map<Size, Double>,
    val state: State,
    val note: String? = "none",
)

@Serializable
@SerialName("line")
private data class Line(
    val what: String,
    val count: UInt,
)

@Serializable
private enum class Size {
    SMALL,

    @SerialName("large")
    LARGE,
}

@Serializable
private sealed interface State

@Serializable
@SerialName("paid")
private data class Paid(
    val by: String,
) : State

@Serializable
@SerialName("open")
private data object Open : State

@Serializable
private data class Tree(
    val name: String,
    val children: List<Tree> = emptyList(),
)

@Serializable
private data class Box<T>(
    val content: T,
)

@Serializable
private data class Two(
    val number: Box<Int>,
    val text: Box<String>,
    val perhaps: Box<Int?>,
)

@Serializable
@JvmInline
private value class Id(
    val text: String,
)
