package io.github.cachetronomy.core.engine.tasks

import io.github.cachetronomy.core.memory.CacheClock
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.slf4j.LoggerFactory
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

/**
 * Everything the engine runs beside its callers, under one supervisor that [close] ends: the loads of
 * suspending callers, the commits of the write queue, and the jobs that repeat.
 */
internal class EngineScope(
    /** Where reads of the store block. */
    private val readDispatcher: CoroutineDispatcher,
    /**
     * Where writes are committed: never a thread that callers may occupy while they wait for a commit, or
     * each would wait for the other.
     */
    commitDispatcher: CoroutineDispatcher,
    /** Where jobs wait for their time; virtual in tests. */
    jobDispatcher: CoroutineDispatcher,
    private val clock: CacheClock,
) {
    private val supervisor = SupervisorJob()
    private val failures =
        CoroutineExceptionHandler { _, failure -> log.error("a task of the cache failed", failure) }
    private val base = CoroutineScope(supervisor + CoroutineName("cachetronomy") + failures)

    /** Loaders of suspending callers: user code, cancelled at closing and not waited for. */
    val loads: CoroutineScope = CoroutineScope(SupervisorJob() + CoroutineName("cachetronomy-load") + failures)

    /** Commits; they are waited for at closing. */
    val commits: CoroutineScope = CoroutineScope(base.coroutineContext + SupervisorJob(supervisor) + commitDispatcher)

    private val listeners =
        CoroutineScope(SupervisorJob() + CoroutineName("cachetronomy-events") + failures + Dispatchers.IO)

    private val jobs = CoroutineScope(base.coroutineContext + SupervisorJob(supervisor) + jobDispatcher)

    /** Runs [block], which may block on the store, where blocking is allowed. */
    suspend fun <R> onStore(block: () -> R): R = withContext(readDispatcher) { block() }

    /**
     * Repeats [work] every [interval], once [after] has ended. A run that fails is logged, and the next one
     * comes all the same.
     */
    fun every(
        interval: Duration,
        after: Job? = null,
        work: suspend () -> Unit,
    ): Job = again({ delay(interval.toMillis()) }, after, work)

    /** As [every], whenever [pause] is over. */
    fun again(
        pause: suspend () -> Unit,
        after: Job? = null,
        work: suspend () -> Unit,
    ): Job =
        jobs.launch {
            after?.join()
            while (isActive) {
                pause()
                try {
                    work()
                } catch (cancelled: CancellationException) {
                    throw cancelled
                } catch (failure: Exception) {
                    log.warn("a job of the cache failed and will run again", failure)
                }
            }
        }

    /** Begins [work], which may block on the store. It is waited for at closing. */
    fun launch(work: suspend () -> Unit): Job = base.launch(readDispatcher) { work() }

    /**
     * Tells a listener what it is told. It is user code: closing does not wait for it, and it ends by
     * itself when its events do, so that it hears of the closing too.
     */
    fun listen(work: suspend () -> Unit): Job = listeners.launch { work() }

    fun cancelLoads() = loads.cancel(CancellationException("the cache is closed"))

    fun cancelJobs() = jobs.cancel()

    /** Ends what is left and waits for it, until [deadline] in ticks of the clock. */
    fun close(deadline: Long): Boolean {
        supervisor.complete()
        (commits.coroutineContext[Job] as? kotlinx.coroutines.CompletableJob)?.complete()
        val ended = CountDownLatch(1)
        supervisor.invokeOnCompletion { ended.countDown() }
        return awaitUninterruptibly(ended, deadline).also { supervisor.cancel() }
    }

    private fun awaitUninterruptibly(
        latch: CountDownLatch,
        deadline: Long,
    ): Boolean {
        var interrupted = false
        try {
            while (true) {
                try {
                    return latch.await(deadline - clock.ticks(), TimeUnit.NANOSECONDS)
                } catch (_: InterruptedException) {
                    interrupted = true
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt()
        }
    }

    private companion object {
        val log = LoggerFactory.getLogger("io.github.cachetronomy")!!
    }
}
