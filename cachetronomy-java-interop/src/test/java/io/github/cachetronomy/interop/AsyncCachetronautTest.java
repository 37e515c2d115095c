package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.core.DecodingFailedException;
import io.github.cachetronomy.core.EncodingFailedException;
import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.Lookup;
import io.github.cachetronomy.core.RecursiveLoadException;
import io.github.cachetronomy.core.TagMatch;
import io.github.cachetronomy.core.Tier;
import io.github.cachetronomy.core.serialization.Formats;
import io.github.cachetronomy.core.serialization.SerializerRegistry;
import io.github.cachetronomy.core.spi.Serializer;
import io.github.cachetronomy.core.spi.ValueType;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("fast")
@Timeout(60)
class AsyncCachetronautTest {
  private static final TypeRef<List<String>> STRINGS = new TypeRef<>() {};

  record User(int id, String name) {}

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private BlockingCachetronaut blocking;
  private AsyncCachetronaut cache;

  @BeforeEach
  void open(@TempDir Path folder) {
    blocking = BlockingCachetronaut.builder(folder.resolve("app.db")).clock(now::get).build();
    cache = blocking.async();
  }

  @AfterEach
  void close() {
    blocking.close();
  }

  private static <T> T of(CompletableFuture<T> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
  }

  private static Throwable failureOf(CompletableFuture<?> future) {
    return assertThrows(ExecutionException.class, () -> of(future)).getCause();
  }

  private static <T> Supplier<CompletionStage<T>> giving(T value) {
    return () -> CompletableFuture.completedFuture(value);
  }

  @Test
  void itIsTheSameCache() throws Exception {
    assertSame(blocking, cache.blocking());
    assertSame(cache, blocking.async());
    User user = new User(7, "Ada");
    of(cache.set("k", user));
    assertSame(user, blocking.get("k", User.class).orElseThrow());
  }

  @Test
  void whatMemoryHasIsThereAtOnce() throws Exception {
    blocking.set("k", "v");
    blocking.set("names", List.of("Ada"), STRINGS);

    assertTrue(cache.get("k", String.class).isDone());
    assertTrue(cache.get("names", STRINGS).isDone());
    assertTrue(cache.cached("k", String.class, giving("other")).isDone());
    assertTrue(cache.cached("names", STRINGS, giving(List.of())).isDone());
    assertEquals("v", of(cache.cached("k", String.class, giving("other"))));
  }

  @Test
  void valuesAreRead() throws Exception {
    User user = new User(7, "Ada");
    of(cache.set("k", user, EntryOptions.version(2)));
    of(cache.set("names", List.of("Ada"), STRINGS));
    blocking.evictAll();
    ReadOptions quietly = ReadOptions.defaults().withPromote(false).withVersion(2);

    assertEquals(Optional.of(user), of(cache.get("k", User.class, quietly)));
    assertEquals(Optional.of(user), of(cache.get("k", new TypeRef<User>() {}, quietly)));
    assertEquals(0, blocking.keys(KeyQuery.defaults().withTier(Tier.MEMORY)).count());
    assertEquals(Optional.of(user), of(cache.get("k", User.class)));
    assertEquals(Optional.of(List.of("Ada")), of(cache.get("names", STRINGS)));
    assertEquals(Optional.empty(), of(cache.get("absent", User.class)));
    assertEquals(Map.of("k", user), of(cache.getMany(List.of("absent", "k"), User.class)));
    assertEquals(Map.of("names", List.of("Ada")), of(cache.getMany(List.of("names"), STRINGS)));
  }

  @Test
  void findTellsMore() throws Exception {
    of(cache.set("k", null, STRINGS));

    Lookup<List<String>> found = of(cache.find("k", STRINGS));
    assertTrue(found.isHit());
    assertEquals(Optional.empty(), of(cache.get("k", STRINGS)));
    assertEquals("Miss(ABSENT)", of(cache.find("absent", User.class)).toString());
    blocking.set("text", "no number");
    ReadOptions strictly = ReadOptions.defaults().withStrict(true);
    assertInstanceOf(
        DecodingFailedException.class, failureOf(cache.find("text", Integer.class, strictly)));
    assertInstanceOf(
        DecodingFailedException.class,
        failureOf(cache.get("text", new TypeRef<Integer>() {}, strictly)));
    assertFalse(of(cache.find("text", new TypeRef<Integer>() {})).isHit());
  }

  @Test
  void entriesAreWrittenAndRemoved() throws Exception {
    assertTrue(of(cache.set("a", 1, EntryOptions.tags("t"))).getStored());
    of(cache.setMany(Map.of("b", 2, "c", 3)));
    of(cache.setMany(Map.of("d", 4), EntryOptions.tags("t", "u")));
    of(cache.setMany(Map.of("e", List.of("x")), STRINGS, EntryOptions.tags("u")));
    of(cache.flush());

    assertEquals(List.of("a", "b", "c", "d", "e"), of(cache.keys()));
    assertTrue(of(cache.contains("a")));
    assertEquals(List.of("t"), of(cache.metadata("a")).orElseThrow().getTags());
    assertTrue(of(cache.delete("b")));
    assertEquals(1, of(cache.deleteMany(List.of("b", "c"))));
    assertEquals(1, of(cache.clearByTags(Set.of("t", "u"), TagMatch.ALL)));
    assertEquals(1, of(cache.clearByTags(Set.of("u"))));
    assertEquals(1, of(cache.clearByPrefix("a")));
    blocking.set("f", 1, EntryOptions.timeToLive(Duration.ofSeconds(1)));
    now.set(now.get().plusSeconds(1));
    assertEquals("f", of(cache.clearExpired()).get(0).getKey());
    blocking.set("g", 1);
    assertEquals(1, of(cache.clear()));
    assertFalse(of(cache.contains("g")));
  }

  @Test
  void atomicOperationsAreAtomic() throws Exception {
    assertTrue(of(cache.setIfAbsent("k", "a")));
    assertFalse(of(cache.setIfAbsent("k", "b", EntryOptions.tags("t"))));
    assertTrue(of(cache.setIfAbsent("names", null, STRINGS, EntryOptions.defaults())));
    assertFalse(of(cache.replace("k", "x", "b")));
    assertTrue(of(cache.replace("k", "a", "b", EntryOptions.tags("t"))));
    assertTrue(of(cache.replace("names", null, List.of("x"), STRINGS, EntryOptions.defaults())));
    assertEquals("bc", of(cache.update("k", String.class, old -> old + "c")));
    assertEquals(
        "bcd", of(cache.update("k", String.class, EntryOptions.tags("u"), old -> old + "d")));
    assertEquals(List.of(), of(cache.update("names", STRINGS, old -> List.of())));
    assertEquals(
        List.of("y"),
        of(cache.update("new", STRINGS, EntryOptions.defaults(), old -> List.of("y"))));
    assertInstanceOf(
        DecodingFailedException.class, failureOf(cache.update("k", Integer.class, old -> 1)));
    assertEquals(Optional.empty(), of(cache.remove("k", Integer.class)));
    assertEquals(Optional.of("bcd"), of(cache.remove("k", String.class)));
    assertEquals(Optional.of(List.of()), of(cache.remove("names", STRINGS)));
    assertEquals(1, of(cache.increment("n")));
    assertEquals(3, of(cache.increment("n", 2)));
    assertEquals(11, of(cache.increment("m", 1, 10, EntryOptions.defaults())));
    assertTrue(of(cache.touch("n", Duration.ofMinutes(1))));
    assertEquals(now.get().plusSeconds(60), blocking.metadata("n").orElseThrow().getExpiresAt());
    assertTrue(of(cache.touch("n")));
    assertFalse(of(cache.touch("absent")));
  }

  @Test
  void writesKeepTheOrderOfTheirCalls() throws Exception {
    List<CompletableFuture<?>> writes = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      writes.add(cache.set("k", i));
    }
    assertEquals(Optional.of(499), blocking.get("k", Integer.class));
    of(CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)));
    blocking.evictAll();
    assertEquals(Optional.of(499), blocking.get("k", Integer.class));
  }

  @Test
  void aValueIsLoadedOnce() throws Exception {
    AtomicInteger loads = new AtomicInteger();
    CompletableFuture<User> source = new CompletableFuture<>();
    Supplier<CompletableFuture<User>> loader =
        () -> {
          loads.incrementAndGet();
          return source;
        };
    CompletableFuture<User> first = cache.cached("k", User.class, loader);
    CompletableFuture<User> second = cache.cached("k", User.class, EntryOptions.tags("t"), loader);
    FutureTask<User> third =
        new FutureTask<>(() -> blocking.cached("k", User.class, () -> new User(0, "blocking")));
    new Thread(third).start();
    assertFalse(first.isDone());
    User user = new User(7, "Ada");
    source.complete(user);

    assertSame(user, of(first));
    assertSame(user, of(second));
    assertSame(user, third.get(30, TimeUnit.SECONDS));
    assertEquals(1, loads.get());
    blocking.evictAll();
    assertEquals(user, of(cache.cached("k", User.class, loader)));
    assertEquals(1, loads.get());
  }

  /** Remembers where it was decoded. */
  record Traveller(Thread decodedOn) {}

  private static final class TravellerSerializer implements Serializer {
    @Override
    public String getFormat() {
      return Formats.JSON;
    }

    @Override
    public boolean supports(ValueType type) {
      return type.getRawClass() == Traveller.class;
    }

    @Override
    public byte[] encode(Object value, ValueType type) {
      return new byte[0];
    }

    @Override
    public Object decode(byte[] bytes, ValueType type) {
      return new Traveller(Thread.currentThread());
    }
  }

  @Test
  void theFileIsNotReadOnTheCallersThread(@TempDir Path folder) throws Exception {
    SerializerRegistry serializers = SerializerRegistry.standard().with(new TravellerSerializer());
    try (BlockingCachetronaut other =
        BlockingCachetronaut.builder(folder.resolve("other.db")).serializers(serializers).build()) {
      other.set("k", new Traveller(null));
      List<CompletableFuture<Traveller>> futures = new ArrayList<>();
      other.evictAll();
      futures.add(other.async().get("k", Traveller.class).thenApply(Optional::orElseThrow));
      other.evictAll();
      futures.add(other.async().cached("k", Traveller.class, giving(null)));
      other.evictAll();
      futures.add(
          other
              .async()
              .cachedMany(List.of("k"), Traveller.class, missing -> null)
              .thenApply(values -> values.get("k")));
      for (CompletableFuture<Traveller> future : futures) {
        assertNotSame(Thread.currentThread(), of(future).decodedOn());
      }
    }
  }

  @Test
  void manyAreLoadedTogether() throws Exception {
    blocking.set("a", 1);
    List<Set<String>> asked = new ArrayList<>();

    Map<String, Integer> values =
        of(
            cache.cachedMany(
                List.of("c", "a", "b"),
                Integer.class,
                missing -> {
                  asked.add(missing);
                  return CompletableFuture.completedFuture(Map.of("b", 2));
                }));
    assertEquals(Map.of("a", 1, "b", 2), values);
    assertEquals(List.of(Set.of("b", "c")), asked);
    assertEquals(
        Map.of("l", List.of("x")),
        of(
            cache.cachedMany(
                List.of("l"),
                STRINGS,
                EntryOptions.tags("t"),
                missing -> CompletableFuture.completedFuture(Map.of("l", List.of("x"))))));
    assertEquals(List.of("t"), of(cache.metadata("l")).orElseThrow().getTags());
  }

  @Test
  void aLoadedNullIsKept() throws Exception {
    assertNull(of(cache.cached("k", String.class, giving(null))));
    blocking.evictAll();
    assertNull(of(cache.cached("k", String.class, giving("other"))));
  }

  /** Has no constructor that a debugger's copy could be made with. */
  private static final class Unreachable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreachable(int port, boolean secure) {
      super("port " + port + (secure ? "s" : ""));
    }
  }

  @Test
  void aLoadersFailureArrivesAsThrown() {
    Unreachable failure = new Unreachable(80, false);
    assertSame(
        failure,
        failureOf(
            cache.cached(
                "k", String.class, () -> CompletableFuture.<String>failedFuture(failure))));
    assertSame(
        failure,
        failureOf(
            cache.cached(
                "k",
                String.class,
                () -> CompletableFuture.<String>failedFuture(failure).thenApply(String::trim))));
    IllegalStateException thrown = new IllegalStateException("at once");
    Supplier<CompletionStage<String>> throwing =
        () -> {
          throw thrown;
        };
    assertEquals("at once", failureOf(cache.cached("k", String.class, throwing)).getMessage());
    assertFalse(blocking.contains("k"));
  }

  @Test
  void cancellingOneWaiterLeavesTheOthers() throws Exception {
    CompletableFuture<String> source = new CompletableFuture<>();
    CountDownLatch loading = new CountDownLatch(1);
    Supplier<CompletableFuture<String>> loader =
        () -> {
          loading.countDown();
          return source;
        };
    CompletableFuture<String> first = cache.cached("k", String.class, loader);
    CompletableFuture<String> second = cache.cached("k", String.class, loader);
    loading.await();

    assertTrue(first.cancel(true));
    assertFalse(source.isCancelled());
    source.complete("v");
    assertEquals("v", of(second));
    assertTrue(first.isCancelled());
  }

  @Test
  void theLastOneToLeaveCancelsTheLoad() throws Exception {
    CompletableFuture<String> source = new CompletableFuture<>();
    CountDownLatch cancelled = new CountDownLatch(1);
    source.whenComplete((value, failure) -> cancelled.countDown());
    CountDownLatch loading = new CountDownLatch(1);
    Supplier<CompletableFuture<String>> loader =
        () -> {
          loading.countDown();
          return source;
        };
    CompletableFuture<String> first = cache.cached("k", String.class, loader);
    CompletableFuture<String> second = cache.cached("k", String.class, loader);
    loading.await();
    second.cancel(true);
    first.cancel(true);

    assertTrue(cancelled.await(30, TimeUnit.SECONDS));
    assertTrue(source.isCancelled());
    assertEquals("v", of(cache.cached("k", String.class, giving("v"))));
  }

  @Test
  void aLoaderThatWaitsForItselfIsRefused() {
    Throwable failure =
        failureOf(
            cache.cached(
                "a",
                String.class,
                () ->
                    cache.cached(
                        "b", String.class, () -> cache.cached("a", String.class, giving("a")))));
    assertInstanceOf(RecursiveLoadException.class, failure);
  }

  @Test
  void mistakesInArgumentsAreThrownAtOnce() {
    EntryOptions unknown = EntryOptions.format("yaml");

    assertThrows(IllegalArgumentException.class, () -> cache.get("", String.class));
    assertThrows(IllegalArgumentException.class, () -> cache.cached("", String.class, giving("v")));
    assertThrows(
        IllegalArgumentException.class,
        () -> cache.cached("k", String.class, unknown, giving("v")));
    assertThrows(
        IllegalArgumentException.class,
        () -> cache.cachedMany(List.of("k"), String.class, unknown, missing -> null));
    assertThrows(
        IllegalArgumentException.class, () -> cache.getMany(List.of("a", ""), String.class));
    assertThrows(IllegalArgumentException.class, () -> cache.set("k", "v", unknown));
    assertThrows(IllegalArgumentException.class, () -> cache.replace("", "a", "b"));
    assertThrows(IllegalArgumentException.class, () -> cache.update("", String.class, old -> "v"));
    assertThrows(IllegalArgumentException.class, () -> cache.remove("", String.class));
    assertThrows(IllegalArgumentException.class, () -> cache.contains(""));
    assertThrows(IllegalArgumentException.class, () -> cache.delete(""));
    assertThrows(IllegalArgumentException.class, () -> cache.touch("k", Duration.ZERO));
    assertThrows(NullPointerException.class, () -> cache.set("k", null));
    assertThrows(NullPointerException.class, () -> cache.cached("k", String.class, null));
    assertEquals(0, blocking.keys().count());
  }

  @Test
  void theRestFailsTheFuture() throws Exception {
    assertInstanceOf(EncodingFailedException.class, failureOf(cache.set("k", (Runnable) () -> {})));
    of(cache.set("text", "x"));
    assertInstanceOf(DecodingFailedException.class, failureOf(cache.increment("text")));
    assertInstanceOf(
        IllegalStateException.class,
        failureOf(
            cache.update(
                "k",
                String.class,
                old -> {
                  throw new IllegalStateException("no");
                })));
  }
}
