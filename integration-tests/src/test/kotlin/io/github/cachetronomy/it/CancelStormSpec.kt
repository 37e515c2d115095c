package io.github.cachetronomy.it

import io.github.cachetronomy.core.engine.EngineConfig
import io.github.cachetronomy.core.engine.Engines
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.AsyncCachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import java.util.concurrent.Callable
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.Executors
import java.util.concurrent.Future
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.CoroutineContext
import kotlin.random.Random
import kotlin.time.Duration.Companion.seconds

/** Callers that come and go in crowds leave nothing behind. */
@OptIn(ExperimentalCoroutinesApi::class)
@Tags("deep")
class CancelStormSpec :
    FunSpec({
        val rounds = 100
        val calls = 200

        test("${rounds * calls} calls of every kind, half of them given up at random moments, leave nothing behind") {
            val file = tempdir().toPath().resolve("storm.db")
            val onStore = Watching(Dispatchers.IO)
            val lease =
                Engines.open(
                    EngineConfig().apply {
                        this.file = file
                        storeDispatcher = onStore
                    },
                )
            val threads = Executors.newFixedThreadPool(8)
            Cachetronaut(file).use { kotlin ->
                BlockingCachetronaut.open(file).use { java ->
                    val storm = Storm(kotlin, java, threads::submit)
                    repeat(rounds) { storm.round(calls) }
                    threads.shutdown()
                    threads.awaitTermination(10, TimeUnit.SECONDS) shouldBe true

                    kotlin.flush()
                    lease.engine.loadsUnderWay shouldBe 0
                    withTimeout(10.seconds) { (storm.loads.keys + onStore.jobs.keys).joinAll() }
                    // Loads are children of one job of the engine's, so nothing of them is left.
                    storm.loads.keys
                        .flatMap { listOfNotNull(it.parent) }
                        .flatMap { it.children }
                        .shouldBeEmpty()

                    kotlin.set("after", 1)
                    kotlin.evictAll()
                    java.get("after", Int::class.javaObjectType).get() shouldBe 1
                    storm.completed.get() shouldBeGreaterThan rounds * calls / 4
                    storm.unexpected.shouldBeEmpty()
                }
            }
            lease.close()
            openHandles(file) shouldBe 0
            // Every survivor's write is readable: nothing was left half-way.
            Cachetronaut(file).use { it.get<Int>("after") shouldBe 1 }
        }
    })

private class Storm(
    private val kotlin: Cachetronaut,
    private val java: BlockingCachetronaut,
    private val submit: (Callable<Any?>) -> Future<*>,
) {
    private val async: AsyncCachetronaut = java.async()
    private val random = Random(11)
    val completed = AtomicInteger()

    /** The jobs of the suspending loaders. */
    val loads: MutableMap<Job, Unit> = ConcurrentHashMap()

    /** What callers got that was neither a value nor their own cancellation. */
    val unexpected: MutableCollection<Throwable> = ConcurrentLinkedQueue()

    suspend fun round(calls: Int) =
        coroutineScope {
            val futures = ArrayList<Future<*>>()
            repeat(calls) { i ->
                val key = "k${random.nextInt(20)}"
                val operation = random.nextInt(4)
                val giveUp =
                    when (i % 3) {
                        0 -> suspending(key, operation, i)
                        1 -> blocking(key, operation, i).also { futures += it }.let { { it.cancel(true) } }
                        else -> future(key, operation, i).also { futures += it }.let { { it.cancel(true) } }
                    }
                if (random.nextBoolean()) {
                    repeat(random.nextInt(3)) { yield() }
                    giveUp()
                }
            }
            futures.forEach { runCatching { it.get(10, TimeUnit.SECONDS) }.onFailure(::judge) }
        }

    private fun CoroutineScope.suspending(
        key: String,
        operation: Int,
        value: Int,
    ): () -> Unit {
        val job =
            launch(Dispatchers.Default) {
                when (operation) {
                    0 -> {
                        kotlin.set(key, value)
                    }

                    1 -> {
                        kotlin.cached<Int>(key) {
                            loads[currentCoroutineContext()[Job]!!] = Unit
                            yield()
                            value
                        }
                    }

                    2 -> {
                        kotlin.get<Int>(key)
                    }

                    else -> {
                        kotlin.delete(key)
                    }
                }
                completed.incrementAndGet()
            }
        return { job.cancel() }
    }

    /** Given up by interrupting its thread. */
    private fun blocking(
        key: String,
        operation: Int,
        value: Int,
    ): Future<*> =
        submit {
            val result: Any? =
                when (operation) {
                    0 -> {
                        java.set(key, value)
                    }

                    1 -> {
                        java.cached(key, Int::class.javaObjectType) {
                            Thread.yield()
                            value
                        }
                    }

                    2 -> {
                        java.get(key, Int::class.javaObjectType)
                    }

                    else -> {
                        java.delete(key)
                    }
                }
            result.also { completed.incrementAndGet() }
        }

    private fun future(
        key: String,
        operation: Int,
        value: Int,
    ): CompletableFuture<*> {
        val future =
            when (operation) {
                0 -> async.set(key, value)
                1 -> async.cached(key, Int::class.javaObjectType) { CompletableFuture.supplyAsync { value } }
                2 -> async.get(key, Int::class.javaObjectType)
                else -> async.delete(key)
            }
        future.thenRun { completed.incrementAndGet() }
        return future
    }

    private fun judge(failure: Throwable) {
        val why = generateSequence(failure) { it.cause }
        if (why.none { it is CancellationException || it is InterruptedException }) unexpected += failure
    }
}

/** Notes the jobs of what runs on [dispatcher]. */
private class Watching(
    private val dispatcher: CoroutineDispatcher,
) : CoroutineDispatcher() {
    val jobs: MutableMap<Job, Unit> = ConcurrentHashMap()

    override fun dispatch(
        context: CoroutineContext,
        block: Runnable,
    ) {
        context[Job]?.let { jobs[it] = Unit }
        dispatcher.dispatch(context, block)
    }
}
