package io.github.cachetronomy.examples.shop

import kotlinx.coroutines.delay
import kotlinx.serialization.Serializable
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong
import kotlin.time.Duration

/** What the shop sells. */
@Serializable
data class Product(
    val id: Int,
    val name: String,
    val cents: Long,
)

/** The shop's database: right, and slow. Thread-safe. */
class Catalogue(
    size: Int = 200,
    /** How long each answer takes. */
    private val latency: Duration,
) {
    private val products = ConcurrentHashMap((1..size).associateWith { Product(it, "Product $it", 100L * it) })
    private val counted = AtomicLong()

    /** How often it was asked. */
    val reads: Long get() = counted.get()

    /** All products, by number. */
    suspend fun all(): List<Product> = slowly { products.values.sortedBy(Product::id) }

    /** Null = there is none of this number. */
    suspend fun find(id: Int): Product? = slowly { products[id] }

    /** Gives a product another price; null = there is none of this number. */
    fun price(
        id: Int,
        cents: Long,
    ): Product? = products.computeIfPresent(id) { _, product -> product.copy(cents = cents) }

    private suspend fun <T> slowly(read: () -> T): T {
        counted.incrementAndGet()
        delay(latency)
        return read()
    }
}
