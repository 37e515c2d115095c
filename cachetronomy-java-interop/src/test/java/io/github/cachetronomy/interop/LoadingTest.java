package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.RecursiveLoadException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("fast")
@Timeout(60)
class LoadingTest {
  private static final TypeRef<List<String>> STRINGS = new TypeRef<>() {};

  private BlockingCachetronaut cache;

  @BeforeEach
  void open(@TempDir Path folder) {
    cache = BlockingCachetronaut.open(folder.resolve("app.db"));
  }

  @AfterEach
  void close() {
    cache.close();
  }

  /** Runs on a thread of its own; {@code waiting} returns once that thread waits for something. */
  private static final class Caller<T> extends FutureTask<T> {
    private final Thread thread = new Thread(this);

    Caller(Callable<T> call) {
      super(call);
      thread.start();
    }

    void waiting() {
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }

    Throwable failure() throws Exception {
      return assertThrows(ExecutionException.class, () -> get(30, TimeUnit.SECONDS)).getCause();
    }
  }

  @Test
  void aValueIsLoadedOnceAndSurvives(@TempDir Path folder) {
    AtomicInteger loads = new AtomicInteger();
    Path file = folder.resolve("app.db");
    for (int run = 0; run < 2; run++) {
      try (BlockingCachetronaut cache = BlockingCachetronaut.open(file)) {
        for (int i = 0; i < 3; i++) {
          assertEquals("v", cache.cached("k", String.class, () -> "v" + suffix(loads)));
          assertEquals(
              List.of("a"),
              cache.cached("list", STRINGS, EntryOptions.tags("t"), () -> List.of("a")));
        }
      }
    }
    assertEquals(1, loads.get());
  }

  private static String suffix(AtomicInteger loads) {
    return loads.getAndIncrement() == 0 ? "" : "again";
  }

  @Test
  void aLoaderRunsOnTheThreadThatAsks() {
    Thread asker = Thread.currentThread();
    assertSame(asker, cache.cached("k", Thread.class, Thread::currentThread));
  }

  @Test
  void aCheckedExceptionArrivesAsThrown() {
    IOException thrown = new IOException("unreachable");
    Callable<String> loader =
        () -> {
          throw thrown;
        };

    assertSame(
        thrown, assertThrows(IOException.class, () -> cache.cached("k", String.class, loader)));
    assertSame(
        thrown,
        assertThrows(
            IOException.class,
            () ->
                cache.cached(
                    "list",
                    STRINGS,
                    () -> {
                      throw thrown;
                    })));
    assertEquals(Optional.empty(), cache.get("k", String.class));
    assertEquals(2, cache.stats().getLoadFailures());
    assertEquals("v", cache.cached("k", String.class, () -> "v"));
  }

  @Test
  void anErrorArrivesAsThrown() {
    assertThrows(
        StackOverflowError.class,
        () ->
            cache.cached(
                "k",
                String.class,
                () -> {
                  throw new StackOverflowError();
                }));
  }

  @Test
  void aLoadedNullIsKept() {
    AtomicInteger loads = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      assertNull(
          cache.cached(
              "k",
              String.class,
              () -> {
                loads.incrementAndGet();
                return null;
              }));
      cache.evictAll();
    }
    assertEquals(1, loads.get());
  }

  @Test
  void whatCannotBeEncodedIsReturnedAndNotKept() {
    Runnable value = () -> {};
    assertSame(value, cache.cached("k", Runnable.class, () -> value));
    assertEquals(1, cache.stats().getNotKept());
    assertEquals(Optional.empty(), cache.get("k", Runnable.class));
  }

  @Test
  void twoThreadsShareOneLoad() throws Exception {
    AtomicInteger loads = new AtomicInteger();
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Caller<String> first =
        new Caller<>(
            () ->
                cache.cached(
                    "k",
                    String.class,
                    () -> {
                      loads.incrementAndGet();
                      loading.countDown();
                      mayEnd.await();
                      return "loaded";
                    }));
    loading.await();
    Caller<String> second =
        new Caller<>(
            () ->
                cache.cached(
                    "k",
                    String.class,
                    () -> {
                      loads.incrementAndGet();
                      return "loaded by the second";
                    }));
    second.waiting();
    mayEnd.countDown();

    assertEquals("loaded", first.get(30, TimeUnit.SECONDS));
    assertEquals("loaded", second.get(30, TimeUnit.SECONDS));
    assertEquals(1, loads.get());
  }

  @Test
  void aFailureReachesEveryWaiter() throws Exception {
    IOException thrown = new IOException("unreachable");
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Caller<String> first =
        new Caller<>(
            () ->
                cache.cached(
                    "k",
                    String.class,
                    () -> {
                      loading.countDown();
                      mayEnd.await();
                      throw thrown;
                    }));
    loading.await();
    Caller<String> second = new Caller<>(() -> cache.cached("k", String.class, () -> "other"));
    second.waiting();
    CompletableFuture<String> third =
        cache.async().cached("k", String.class, () -> CompletableFuture.completedFuture("other"));
    mayEnd.countDown();

    assertSame(thrown, first.failure());
    assertSame(thrown, second.failure());
    assertSame(thrown, assertThrows(ExecutionException.class, third::get).getCause());
  }

  @Test
  void anInterruptedWaiterLeavesAndTheLoadGoesOn() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Caller<String> leader =
        new Caller<>(
            () ->
                cache.cached(
                    "k",
                    String.class,
                    () -> {
                      loading.countDown();
                      mayEnd.await();
                      return "loaded";
                    }));
    loading.await();
    Caller<Boolean> waiter =
        new Caller<>(
            () -> {
              assertThrows(
                  CancellationException.class, () -> cache.cached("k", String.class, () -> "own"));
              return Thread.currentThread().isInterrupted();
            });
    waiter.waiting();
    waiter.thread.interrupt();

    assertTrue(waiter.get(30, TimeUnit.SECONDS), "the interrupt flag is gone");
    mayEnd.countDown();
    assertEquals("loaded", leader.get(30, TimeUnit.SECONDS));
  }

  @Test
  void anInterruptedLeaderLetsTheNextOneLoad() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    Caller<String> leader =
        new Caller<>(
            () ->
                cache.cached(
                    "k",
                    String.class,
                    () -> {
                      loading.countDown();
                      new CountDownLatch(1).await();
                      return "never";
                    }));
    loading.await();
    Caller<String> waiter = new Caller<>(() -> cache.cached("k", String.class, () -> "own"));
    waiter.waiting();
    leader.thread.interrupt();

    assertInstanceOf(InterruptedException.class, leader.failure());
    assertEquals("own", waiter.get(30, TimeUnit.SECONDS));
  }

  @Test
  void aLoaderThatAsksForItselfIsRefused() {
    RecursiveLoadException refused =
        assertThrows(
            RecursiveLoadException.class,
            () ->
                cache.cached(
                    "a",
                    String.class,
                    () ->
                        cache.cached(
                            "b", String.class, () -> cache.cached("a", String.class, () -> "a"))));
    assertEquals(List.of("b", "a", "b"), refused.getChain());
  }

  @Test
  void aLoaderThatAsksForItselfByTheOtherDoorIsRefused() {
    ExecutionException failure =
        assertThrows(
            ExecutionException.class,
            () ->
                cache.cached(
                    "a",
                    String.class,
                    () ->
                        cache
                            .async()
                            .cached("a", String.class, CompletableFuture<String>::new)
                            .get()));
    assertInstanceOf(RecursiveLoadException.class, failure.getCause());
  }

  @Test
  void aLoaderMayAskForOtherKeys() {
    assertEquals(
        "b's a",
        cache.cached("a", String.class, () -> cache.cached("b", String.class, () -> "b") + "'s a"));
  }

  @Test
  void cachedManyLoadsWhatIsMissing() {
    cache.set("a", 1);
    cache.set("b", 2);
    cache.evict("b");
    List<Set<String>> asked = new ArrayList<>();
    List<String> keys = List.of("d", "c", "b", "a", "e");

    for (int i = 0; i < 2; i++) {
      Map<String, Integer> values =
          cache.cachedMany(
              keys,
              Integer.class,
              missing -> {
                asked.add(missing);
                Map<String, Integer> loaded = new HashMap<>();
                loaded.put("c", 3);
                loaded.put("d", 4);
                loaded.put("uninvited", 5);
                return loaded;
              });
      assertEquals(List.of("d", "c", "b", "a"), List.copyOf(values.keySet()));
      assertEquals(List.of(4, 3, 2, 1), List.copyOf(values.values()));
    }
    assertEquals(List.of(Set.of("c", "d", "e"), Set.of("e")), asked);
    assertEquals(Optional.empty(), cache.get("uninvited", Integer.class));
  }

  @Test
  void cachedManyWritesAsItsOptionsSay() {
    Map<String, List<String>> values =
        cache.cachedMany(
            List.of("a"),
            STRINGS,
            EntryOptions.tags("t").withFormat("msgpack"),
            missing -> Map.of("a", List.of("x")));
    cache.flush();

    assertEquals(Map.of("a", List.of("x")), values);
    assertEquals("msgpack", cache.metadata("a").orElseThrow().getFormat());
    assertEquals(1, cache.clearByTags(Set.of("t")));
  }

  @Test
  void whatTheLoaderOfManyThrowsArrivesAsThrown() {
    IllegalStateException thrown = new IllegalStateException("down");
    assertSame(
        thrown,
        assertThrows(
            IllegalStateException.class,
            () ->
                cache.<Integer>cachedMany(
                    List.of("a", "b"),
                    Integer.class,
                    missing -> {
                      throw thrown;
                    })));
  }
}
