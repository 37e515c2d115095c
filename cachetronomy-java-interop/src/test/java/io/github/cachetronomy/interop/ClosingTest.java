package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.core.CacheClosedException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@Tag("fast")
@Timeout(60)
class ClosingTest {
  private Path file;

  @BeforeEach
  void folder(@TempDir Path folder) {
    file = folder.resolve("app.db");
  }

  private static Throwable failureOf(CompletableFuture<?> future) {
    return assertThrows(ExecutionException.class, () -> future.get(30, TimeUnit.SECONDS))
        .getCause();
  }

  @Test
  void closingTwiceIsClosingOnce() {
    BlockingCachetronaut cache = BlockingCachetronaut.open(file);
    cache.close();
    cache.close();
  }

  @Test
  void aClosedCacheSaysSo() {
    BlockingCachetronaut cache = BlockingCachetronaut.open(file);
    cache.set("k", "v");
    cache.close();

    List<Executable> calls =
        List.of(
            () -> cache.get("k", String.class),
            () -> cache.find("k", String.class),
            () -> cache.cached("k", String.class, () -> "v"),
            () -> cache.getMany(List.of("k"), String.class),
            () -> cache.set("k", "v"),
            () -> cache.increment("n"),
            () -> cache.update("k", String.class, old -> "v"),
            () -> cache.remove("k", String.class),
            () -> cache.delete("k"),
            () -> cache.evict("k"),
            cache::clear,
            cache::keys,
            cache::stats,
            cache::health,
            cache::flush,
            () -> cache.hotKeys(1),
            () -> cache.accessLog().top(1),
            () -> cache.evictionLog().recent(1),
            () -> cache.listen(event -> {}));
    for (Executable call : calls) {
      assertThrows(CacheClosedException.class, call);
    }
    AsyncCachetronaut async = cache.async();
    List<CompletableFuture<?>> futures =
        List.of(
            async.get("k", String.class),
            async.cached("k", String.class, () -> CompletableFuture.completedFuture("v")),
            async.set("k", "v"),
            async.keys(),
            async.flush());
    for (CompletableFuture<?> future : futures) {
      assertInstanceOf(CacheClosedException.class, failureOf(future));
    }
  }

  @Test
  void theLastToCloseEndsTheCache() {
    BlockingCachetronaut first = BlockingCachetronaut.open(file);
    BlockingCachetronaut second = BlockingCachetronaut.open(file);
    Object value = List.of("shared");
    first.set("k", value);
    first.close();

    assertThrows(CacheClosedException.class, () -> first.get("k", List.class));
    assertEquals(Optional.of(value), second.get("k", List.class).map(Object.class::cast));
    second.close();
    try (BlockingCachetronaut third = BlockingCachetronaut.open(file)) {
      assertEquals(Optional.of(value), third.get("k", List.class).map(Object.class::cast));
    }
  }

  @Test
  void whoWaitsForALoadIsLetGo() throws Exception {
    BlockingCachetronaut cache = BlockingCachetronaut.open(file);
    CountDownLatch loading = new CountDownLatch(1);
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> first =
        cache
            .async()
            .cached(
                "k",
                String.class,
                () -> {
                  loading.countDown();
                  return source;
                });
    loading.await();
    FutureTask<String> second =
        new FutureTask<>(() -> cache.cached("k", String.class, () -> "own"));
    Thread thread = new Thread(second);
    thread.start();
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    cache.close();

    assertInstanceOf(CacheClosedException.class, failureOf(first));
    assertInstanceOf(
        CacheClosedException.class,
        assertThrows(ExecutionException.class, () -> second.get(30, TimeUnit.SECONDS)).getCause());
    assertThrows(
        java.util.concurrent.CancellationException.class, () -> source.get(30, TimeUnit.SECONDS));
  }

  @Test
  void whatWasGivenBeforeIsWritten() throws Exception {
    List<CompletableFuture<?>> writes;
    try (BlockingCachetronaut cache = BlockingCachetronaut.open(file)) {
      writes =
          IntStream.range(0, 200)
              .<CompletableFuture<?>>mapToObj(i -> cache.async().set("set" + i, i))
              .collect(Collectors.toList());
      IntStream.range(0, 200).forEach(i -> cache.cached("loaded" + i, Integer.class, () -> i));
    }
    for (CompletableFuture<?> write : writes) {
      write.get(30, TimeUnit.SECONDS);
    }
    try (BlockingCachetronaut cache = BlockingCachetronaut.open(file)) {
      assertEquals(400, cache.keys().count());
    }
  }

  @Test
  void aListingEndsWithTheCache() {
    BlockingCachetronaut cache = BlockingCachetronaut.open(file);
    cache.setMany(IntStream.range(0, 600).boxed().collect(Collectors.toMap(i -> "k" + i, i -> i)));
    cache.evictAll();
    Iterator<String> keys = cache.keys().iterator();
    assertTrue(keys.hasNext());
    cache.close();

    assertThrows(CacheClosedException.class, () -> keys.forEachRemaining(key -> {}));
  }
}
