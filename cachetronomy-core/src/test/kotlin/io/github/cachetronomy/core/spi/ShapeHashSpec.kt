package io.github.cachetronomy.core.spi

import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.serialization.Serializable
import kotlin.reflect.typeOf

@Tags("fast")
class ShapeHashSpec :
    FunSpec({
        val base = shape<Base>()

        test("a class has the same shape each time it is asked, and not zero") {
            ShapeHash.of(Base.serializer().descriptor) shouldBe ShapeHash.of(Base.serializer().descriptor)
            base shouldNotBe 0L
        }

        test("the name of the class does not matter") { shape<SameAsBase>() shouldBe base }

        mapOf(
            "the name of a property" to shape<Renamed>(),
            "the type of a property" to shape<Retyped>(),
            "the order of the properties" to shape<Reordered>(),
            "a default" to shape<Defaulted>(),
            "nullability" to shape<Nullable>(),
            "one property more" to shape<Longer>(),
            "one property less" to shape<Shorter>(),
            "an element's type" to shape<OtherElements>(),
            "an element's nullability" to shape<NullableElements>(),
            "a nested class" to shape<OtherNested>(),
            "an enum's constant" to shape<OtherEnum>(),
        ).forEach { (change, changed) ->
            test("$change makes another shape") { changed shouldNotBe base }
        }

        test("the constants of an enum and their order matter") {
            val shapes = listOf(shape<Colour>(), shape<MoreColours>(), shape<OtherColours>(), shape<ReorderedColours>())
            shapes.toSet().size shouldBe 4
        }

        test("nullability at the top does not matter") {
            ValueType.of(typeOf<Base?>()).shape() shouldBe base
            ShapeHash.of(ValueType.of(typeOf<Base?>()).kotlinSerializer()!!.descriptor) shouldBe
                ShapeHash.of(Base.serializer().descriptor)
        }

        test("lists of different elements differ, at the top and below") {
            shape<List<Int>>() shouldNotBe shape<List<String>>()
            shape<List<Int>>() shouldNotBe shape<List<Int?>>()
            shape<Map<String, List<Int>>>() shouldNotBe shape<Map<String, List<String>>>()
            shape<List<Base>>() shouldNotBe shape<List<Retyped>>()
        }

        test("a second list does not hide behind the first") {
            shape<ListsOfIntAndInt>() shouldNotBe shape<ListsOfIntAndText>()
            shape<Map<List<Int>, List<Int>>>() shouldNotBe shape<Map<List<Int>, List<String>>>()
        }

        test("a second use of a generic class does not hide behind the first") {
            shape<BoxesOfIntAndInt>() shouldNotBe shape<BoxesOfIntAndText>()
        }

        test("a third use says which of the first two it repeats") {
            shape<BoxesEndingWithInt>() shouldNotBe shape<BoxesEndingWithText>()
        }

        test("classes that contain themselves have a shape") {
            shape<Tree>() shouldBe shape<SameTree>()
            shape<Tree>() shouldNotBe shape<OtherTree>()
            shape<Chicken>() shouldNotBe 0L
        }

        test("the cases of a sealed class matter") { shape<Event>() shouldNotBe shape<LargerEvent>() }
    })

private inline fun <reified T> shape(): Long = ValueType.of(typeOf<T>()).shape()

@Serializable
private class Inner(
    val a: Int,
)

@Serializable
private class OtherInner(
    val a: Long,
)

@Serializable
private enum class Colour { RED, GREEN }

@Serializable
private enum class MoreColours { RED, GREEN, BLUE }

@Serializable
private enum class OtherColours { RED, BLUE }

@Serializable
private enum class ReorderedColours { GREEN, RED }

@Serializable
private class Base(
    val name: String,
    val count: Int,
    val list: List<String>,
    val inner: Inner,
    val colour: Colour,
)

@Serializable
private class SameAsBase(
    val name: String,
    val count: Int,
    val list: List<String>,
    val inner: Inner,
    val colour: Colour,
)

@Serializable
private class Renamed(
    val title: String,
    val count: Int,
    val list: List<String>,
    val inner: Inner,
    val colour: Colour,
)

@Serializable
private class Retyped(
    val name: String,
    val count: Long,
    val list: List<String>,
    val inner: Inner,
    val colour: Colour,
)

@Serializable
private class Reordered(
    val count: Int,
    val name: String,
    val list: List<String>,
    val inner: Inner,
    val colour: Colour,
)

@Serializable
private class Defaulted(
    val name: String,
    val count: Int = 0,
    val list: List<String>,
    val inner: Inner,
    val colour: Colour,
)

@Serializable
private class Nullable(
    val name: String?,
    val count: Int,
    val list: List<String>,
    val inner: Inner,
    val colour: Colour,
)

@Serializable
private class Longer(
    val name: String,
    val count: Int,
    val list: List<String>,
    val inner: Inner,
    val colour: Colour,
    val more: Int,
)

@Serializable
private class Shorter(
    val name: String,
    val count: Int,
    val list: List<String>,
    val inner: Inner,
)

@Serializable
private class OtherElements(
    val name: String,
    val count: Int,
    val list: List<Int>,
    val inner: Inner,
    val colour: Colour,
)

@Serializable
private class NullableElements(
    val name: String,
    val count: Int,
    val list: List<String?>,
    val inner: Inner,
    val colour: Colour,
)

@Serializable
private class OtherNested(
    val name: String,
    val count: Int,
    val list: List<String>,
    val inner: OtherInner,
    val colour: Colour,
)

@Serializable
private class OtherEnum(
    val name: String,
    val count: Int,
    val list: List<String>,
    val inner: Inner,
    val colour: OtherColours,
)

@Serializable
private class ListsOfIntAndInt(
    val a: List<Int>,
    val b: List<Int>,
)

@Serializable
private class ListsOfIntAndText(
    val a: List<Int>,
    val b: List<String>,
)

@Serializable
private class Box<T>(
    val content: T,
)

@Serializable
private class BoxesOfIntAndInt(
    val a: Box<Int>,
    val b: Box<Int>,
)

@Serializable
private class BoxesOfIntAndText(
    val a: Box<Int>,
    val b: Box<String>,
)

@Serializable
private class BoxesEndingWithInt(
    val a: Box<Int>,
    val b: Box<String>,
    val c: Box<Int>,
)

@Serializable
private class BoxesEndingWithText(
    val a: Box<Int>,
    val b: Box<String>,
    val c: Box<String>,
)

@Serializable
private class Tree(
    val value: Int,
    val branches: List<Tree>,
)

@Serializable
private class SameTree(
    val value: Int,
    val branches: List<SameTree>,
)

@Serializable
private class OtherTree(
    val value: Long,
    val branches: List<OtherTree>,
)

@Serializable
private class Chicken(
    val egg: Egg?,
)

@Serializable
private class Egg(
    val chicken: Chicken?,
)

@Serializable
private sealed interface Event {
    @Serializable
    class Opened(
        val by: String,
    ) : Event
}

@Serializable
private sealed interface LargerEvent {
    @Serializable
    class Opened(
        val by: String,
    ) : LargerEvent

    @Serializable
    class Closed(
        val by: String,
    ) : LargerEvent
}
