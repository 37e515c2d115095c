package io.github.cachetronomy.core.spi

import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.serialization.Serializable
import java.lang.reflect.ParameterizedType
import java.lang.reflect.Type
import kotlin.reflect.typeOf

@Tags("fast")
class ValueTypeSpec :
    FunSpec({
        test("a primitive and its box are one type") {
            ValueType.of(Int::class.javaPrimitiveType!!) shouldBe ValueType.of(Int::class.javaObjectType)
            ValueType.of(typeOf<Int>()) shouldBe ValueType.of(Int::class.javaObjectType)
            ValueType.of(typeOf<Boolean>()) shouldBe ValueType.of(Boolean::class.javaPrimitiveType!!)
            ValueType.of(Int::class.java).rawClass shouldBe Int::class.javaObjectType
            ValueType.of(Int::class.java) shouldNotBe ValueType.of(Long::class.java)
        }

        test("nullability at the top is no difference") {
            ValueType.of(typeOf<String?>()) shouldBe ValueType.of(typeOf<String>())
            ValueType.of(typeOf<List<Int>?>()) shouldBe ValueType.of(typeOf<List<Int>>())
            ValueType.of(typeOf<Int?>()) shouldBe ValueType.of(typeOf<Int>())
        }

        listOf(
            "List<String>" to (typeOf<List<String>>() to javaTypeOf("strings")),
            "List<Integer>" to (typeOf<List<Int>>() to javaTypeOf("numbers")),
            "Map<String, List<Integer>>" to (typeOf<Map<String, List<Int>>>() to javaTypeOf("map")),
            "Crate<Person>" to (typeOf<Crate<Person>>() to javaTypeOf("box")),
        ).forEach { (name, types) ->
            test("$name is the same type from Kotlin and from Java") {
                val (kotlin, java) = types
                ValueType.of(kotlin) shouldBe ValueType.of(java)
                ValueType.of(java) shouldBe ValueType.of(kotlin)
                ValueType.of(kotlin).hashCode() shouldBe ValueType.of(java).hashCode()
            }
        }

        test("nullability of arguments is a difference, at any depth") {
            ValueType.of(typeOf<List<String?>>()) shouldNotBe ValueType.of(typeOf<List<String>>())
            ValueType.of(typeOf<Map<String, List<Int?>>>()) shouldNotBe ValueType.of(typeOf<Map<String, List<Int>>>())
        }

        test("it matters which argument is nullable") {
            ValueType.of(typeOf<Map<String?, Int>>()) shouldNotBe ValueType.of(typeOf<Map<String, Int?>>())
            ValueType.of(typeOf<List<List<String>?>>()) shouldNotBe ValueType.of(typeOf<List<List<String?>>>())
        }

        test("types with other arguments are other types") {
            ValueType.of(typeOf<List<String>>()) shouldNotBe ValueType.of(typeOf<List<Int>>())
            ValueType.of(typeOf<List<String>>()) shouldNotBe ValueType.of(List::class.java)
            ValueType.of(typeOf<List<String>>()) shouldNotBe ValueType.of(typeOf<Set<String>>())
        }

        test("arrays are told apart") {
            ValueType.of(typeOf<ByteArray>()) shouldBe ValueType.of(ByteArray::class.java)
            ValueType.of(typeOf<Array<String>>()) shouldBe ValueType.of(Array<String>::class.java)
            ValueType.of(typeOf<Array<Int>>()) shouldNotBe ValueType.of(typeOf<IntArray>())
        }

        test("types without arguments say all by their class") {
            ValueType.of(typeOf<Person>()).plainClass shouldBe Person::class.java
            ValueType.of(typeOf<List<Person>>()).plainClass.shouldBeNull()
            ValueType.of(List::class.java).plainClass.shouldBeNull()
            ValueType.of(typeOf<List<Person>>()).rawClass shouldBe List::class.java
        }

        test("a serializer is found for what kotlinx.serialization knows, and for nothing else") {
            listOf(
                typeOf<Person>(),
                typeOf<List<Person>>(),
                typeOf<Map<String, Int?>>(),
                typeOf<Int>(),
                typeOf<Tint>(),
            ).forEach {
                ValueType.of(it).kotlinSerializer().shouldNotBeNull()
            }
            listOf(
                typeOf<Any>(),
                typeOf<List<Any>>(),
                typeOf<Plain>(),
                typeOf<List<Plain>>(),
                typeOf<Runnable>(),
                typeOf<List<*>>(),
            ).forEach {
                ValueType.of(it).kotlinSerializer().shouldBeNull()
                ValueType.of(it).shape() shouldBe 0L
            }
        }

        test("one type has one shape, whichever language named it") {
            ValueType.of(typeOf<List<Int>>()).shape() shouldBe ValueType.of(javaTypeOf("numbers")).shape()
            ValueType.of(typeOf<Person>()).shape() shouldBe ValueType.of(Person::class.java).shape()
        }
    })

private fun javaTypeOf(field: String): Type =
    JavaTypes::class.java
        .getDeclaredField(field)
        .genericType
        .also { check(it is ParameterizedType) }

@Suppress("unused")
private class JavaTypes {
    // Mutable, so that Kotlin writes the arguments without wildcards, as Java would.
    @JvmField val strings: MutableList<String>? = null

    @JvmField val numbers: MutableList<Int>? = null

    @JvmField val map: MutableMap<String, MutableList<Int>>? = null

    @JvmField val box: Crate<Person>? = null
}

@Serializable
private class Person(
    val name: String,
)

@Serializable
private class Crate<T>(
    val content: T,
)

@Serializable
private enum class Tint { RED, }

private class Plain
