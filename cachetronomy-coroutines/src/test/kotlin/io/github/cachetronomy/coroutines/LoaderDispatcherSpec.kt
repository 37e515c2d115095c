package io.github.cachetronomy.coroutines

import io.github.cachetronomy.testing.FaultyStore
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import java.util.concurrent.Executor
import java.util.concurrent.Executors
import java.util.concurrent.ForkJoinPool
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration.Companion.seconds

/** Where loaders run, and what becomes of a load whose dispatcher does not take it. */
@Tags("fast")
class LoaderDispatcherSpec :
    FunSpec({
        test("a refused start is the leader's exception; the next waiter leads with its own loader") {
            val refusing = Refusing()
            withCache(configure = { loaderDispatcher = refusing.asCoroutineDispatcher() }) { cache ->
                supervisorScope {
                    var follower: Deferred<String>? = null
                    refusing.next = { follower = joining { cache.cached<String>("k") { "the follower's" } } }
                    shouldThrow<CancellationException> {
                        cache.cached<String>("k") { "the leader's" }
                    }.refusal().shouldNotBeNull()
                    within { follower!!.await() } shouldBe "the follower's"
                }
                cache.get<String>("k") shouldBe "the follower's"
            }
        }

        test("a dispatcher that throws leaves nobody waiting either") {
            val refuse = AtomicBoolean()
            var onRefusal: () -> Unit = {}
            val throwing =
                object : CoroutineDispatcher() {
                    override fun dispatch(
                        context: CoroutineContext,
                        block: Runnable,
                    ) {
                        if (refuse.compareAndSet(true, false)) {
                            onRefusal()
                            throw RejectedExecutionException("not now")
                        }
                        Dispatchers.Default.dispatch(context, block)
                    }
                }
            withCache(configure = { loaderDispatcher = throwing }) { cache ->
                supervisorScope {
                    var follower: Deferred<String>? = null
                    onRefusal = { follower = joining { cache.cached<String>("k") { "the follower's" } } }
                    refuse.set(true)
                    shouldThrow<Exception> { cache.cached<String>("k") { "the leader's" } }.refusal().shouldNotBeNull()
                    try {
                        within { follower!!.await() } shouldBe "the follower's"
                    } finally {
                        follower!!.cancel()
                    }
                }
            }
        }

        test("a loader that is refused on its way back from the store is its leader's exception, and no waiter's") {
            val thread = Executors.newSingleThreadExecutor()
            val refusing = Refusing(thread)
            val store = FaultyStore(InMemoryStore())
            Cachetronaut(store).use { cache ->
                val pause = store.pauseReads()
                supervisorScope {
                    val leader =
                        async(refusing.asCoroutineDispatcher()) { cache.cached<String>("k") { "the leader's" } }
                    pause.awaitArrival()
                    val follower = joining { cache.cached<String>("k") { "the follower's" } }
                    // When this has run, the loader has left its thread to wait for the store.
                    thread.submit { }.get()
                    refusing.next = {}
                    pause.release()
                    shouldThrow<CancellationException> { within { leader.await() } }.refusal().shouldNotBeNull()
                    within { follower.await() } shouldBe "the follower's"
                }
                cache.get<String>("k") shouldBe "the follower's"
            }
            thread.shutdown()
        }

        test("a leader whose dispatcher is gone does not take its waiters with it") {
            withCache { cache ->
                val executor = Executors.newSingleThreadExecutor()
                val started = CompletableDeferred<Unit>()
                val gate = CompletableDeferred<Unit>()
                supervisorScope {
                    launch(executor.asCoroutineDispatcher()) {
                        cache.cached<String>("k") {
                            started.complete(Unit)
                            gate.await()
                            "the leader's"
                        }
                    }
                    started.await()
                    val follower = joining { cache.cached<String>("k") { "the follower's" } }
                    // When this has run, the loader waits at the gate.
                    executor.submit { }.get()
                    executor.shutdownNow()
                    gate.complete(Unit)
                    within { follower.await() } shouldBe "the follower's"
                }
            }
        }

        test("a loader runs on the dispatcher of its leader") {
            onThread("callers") { callers ->
                withCache { cache ->
                    withContext(callers) { cache.cached<String>("k") { threadName() } } shouldBe "callers"
                }
            }
        }

        test("with a dispatcher for loaders they run there, whoever leads and whatever it is asked for") {
            onThread("loaders") { loaders ->
                onThread("callers") { callers ->
                    withCache(configure = { loaderDispatcher = loaders }) { cache ->
                        withContext(callers) {
                            cache.cached<String>("one") { threadName() } shouldBe "loaders"
                            cache.cachedMany<String>(listOf("two", "three")) { missing ->
                                missing.associateWith { threadName() }
                            } shouldBe mapOf("two" to "loaders", "three" to "loaders")
                            threadName() shouldBe "callers"
                        }
                    }
                }
            }
        }

        test("with a dispatcher for loaders, blocking the only thread of the leader's does no harm") {
            onThread("callers") { callers ->
                withCache(configure = { loaderDispatcher = Dispatchers.Default }) { cache ->
                    withContext(callers) {
                        val loads = AtomicInteger()
                        val leader = joining { cache.cached<Int>("k") { loads.incrementAndGet() } }
                        // Nothing else can run on this thread until the load is done.
                        runBlocking { within { cache.cached<Int>("k") { loads.incrementAndGet() } } } shouldBe 1
                        leader.await() shouldBe 1
                    }
                }
            }
        }
    })

/** Runs [call] at once on this thread until it first waits. */
private fun <R> CoroutineScope.joining(call: suspend () -> R): Deferred<R> =
    async(Dispatchers.Default, CoroutineStart.UNDISPATCHED) { call() }

private suspend fun <R> within(call: suspend () -> R): R = withTimeout(5.seconds) { call() }

private fun Throwable.refusal(): Throwable? =
    generateSequence(this) { it.cause }.firstOrNull { it is RejectedExecutionException }

private fun threadName() = Thread.currentThread().name.substringBefore(" @")

private suspend fun onThread(
    name: String,
    block: suspend (CoroutineDispatcher) -> Unit,
) = Executors.newSingleThreadExecutor { Thread(it, name) }.asCoroutineDispatcher().use { block(it) }

/** Refuses one task when told to, after doing what it was told with. */
private class Refusing(
    private val executor: Executor = ForkJoinPool.commonPool(),
) : Executor {
    @Volatile
    var next: (() -> Unit)? = null

    override fun execute(task: Runnable) {
        val refusal = next ?: return executor.execute(task)
        next = null
        refusal()
        throw RejectedExecutionException("not now")
    }
}
