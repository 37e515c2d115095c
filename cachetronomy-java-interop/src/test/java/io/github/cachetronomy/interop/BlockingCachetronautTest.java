package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.cachetronomy.core.CacheEntry;
import io.github.cachetronomy.core.CacheEvent;
import io.github.cachetronomy.core.CacheHealth;
import io.github.cachetronomy.core.DecodingFailedException;
import io.github.cachetronomy.core.EncodingFailedException;
import io.github.cachetronomy.core.EntryMetadata;
import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.EvictionCause;
import io.github.cachetronomy.core.EvictionRecord;
import io.github.cachetronomy.core.ExpiredEntry;
import io.github.cachetronomy.core.HotKey;
import io.github.cachetronomy.core.KeyOrder;
import io.github.cachetronomy.core.Lookup;
import io.github.cachetronomy.core.MissReason;
import io.github.cachetronomy.core.TagMatch;
import io.github.cachetronomy.core.Tier;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("fast")
class BlockingCachetronautTest {
  private static final TypeRef<List<String>> STRINGS = new TypeRef<>() {};

  record User(int id, String name) {}

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private BlockingCachetronaut cache;

  @BeforeEach
  void open(@TempDir Path folder) {
    cache = BlockingCachetronaut.builder(folder.resolve("app.db")).clock(now::get).build();
  }

  @AfterEach
  void close() {
    cache.close();
  }

  private void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  @Test
  void aValueIsReadFromMemoryAndFromTheFile() {
    User user = new User(7, "Ada");
    cache.set("user:7", user);

    assertSame(user, cache.get("user:7", User.class).orElseThrow());
    cache.evictAll();
    assertEquals(Optional.of(user), cache.get("user:7", User.class));
    assertEquals(Optional.empty(), cache.get("user:8", User.class));
    assertEquals(1, cache.stats().getStoreHits());
  }

  @Test
  void aGenericValueIsReadFromMemoryAndFromTheFile() {
    List<String> names = List.of("Ada", "Grace");
    cache.set("names", names, STRINGS);

    assertSame(names, cache.get("names", STRINGS).orElseThrow());
    cache.evictAll();
    assertEquals(Optional.of(names), cache.get("names", STRINGS));
  }

  @Test
  void aPrimitiveClassIsItsBox() {
    cache.set("answer", 42);
    assertEquals(42, cache.get("answer", int.class).orElseThrow());
    assertEquals(42, cache.cached("answer", int.class, () -> 0));
  }

  @Test
  void aReadNeedNotPromote() {
    cache.set("k", "v");
    cache.evictAll();
    ReadOptions quietly = ReadOptions.defaults().withPromote(false);

    assertEquals(Optional.of("v"), cache.get("k", String.class, quietly));
    assertEquals(0, cache.keys(KeyQuery.defaults().withTier(Tier.MEMORY)).count());
    assertEquals(Optional.of("v"), cache.get("k", new TypeRef<String>() {}, quietly));
    assertEquals(Optional.of("v"), cache.get("k", String.class));
    assertEquals(1, cache.keys(KeyQuery.defaults().withTier(Tier.MEMORY)).count());
  }

  @Test
  void anotherVersionIsAMiss() {
    cache.set("k", "v", EntryOptions.version(2));

    assertEquals(
        Optional.of("v"), cache.get("k", String.class, ReadOptions.defaults().withVersion(2)));
    assertEquals(
        Optional.empty(), cache.get("k", String.class, ReadOptions.defaults().withVersion(3)));
    assertEquals("new", cache.cached("k", String.class, EntryOptions.version(3), () -> "new"));
    assertThrows(IllegalArgumentException.class, () -> ReadOptions.defaults().withVersion(0));
  }

  @Test
  void findTellsWhereTheValueWas() {
    cache.set("k", "v", EntryOptions.tags("a", "b").withVersion(3));

    Lookup.Hit<String> inMemory = hit(cache.find("k", String.class));
    assertEquals("v", inMemory.getValue());
    assertEquals(Tier.MEMORY, inMemory.getSource());
    cache.evictAll();
    Lookup.Hit<String> inFile = hit(cache.find("k", new TypeRef<String>() {}));
    assertEquals(Tier.STORE, inFile.getSource());
    assertEquals(List.of("a", "b"), inFile.getMetadata().getTags());
    assertEquals(3, inFile.getMetadata().getVersion());
    assertEquals(MissReason.ABSENT, missReason(cache.find("other", String.class)));
  }

  @Test
  void aNullIsAValue() {
    cache.set("k", null, new TypeRef<String>() {});

    for (int tier = 0; tier < 2; tier++) {
      assertEquals(Optional.empty(), cache.get("k", String.class));
      assertNull(hit(cache.find("k", String.class)).getValue());
      assertTrue(cache.contains("k"));
      assertEquals(
          java.util.Collections.singletonMap("k", null), cache.getMany(List.of("k"), String.class));
      assertNull(cache.cached("k", String.class, () -> "loaded"));
      cache.evictAll();
    }
  }

  @Test
  void aNullWithoutATypeIsRefused() {
    NullPointerException refused =
        assertThrows(NullPointerException.class, () -> cache.set("k", null));
    assertTrue(refused.getMessage().contains("TypeRef"), refused.getMessage());
  }

  @Test
  void aValueOfAnotherTypeIsAMissOrAFailure() {
    cache.set("k", "no number");
    ReadOptions strictly = ReadOptions.defaults().withStrict(true);

    assertEquals(Optional.empty(), cache.get("k", Integer.class));
    assertFalse(cache.find("k", Integer.class).isHit());
    DecodingFailedException failure =
        assertThrows(DecodingFailedException.class, () -> cache.find("k", Integer.class, strictly));
    assertEquals("k", failure.getKey());
    assertThrows(
        DecodingFailedException.class, () -> cache.get("k", new TypeRef<User>() {}, strictly));
    assertEquals(Optional.empty(), cache.get("absent", Integer.class, strictly));
    assertEquals(Optional.of("no number"), cache.get("k", String.class));
  }

  @Test
  void setGivesTheMetadata() {
    EntryOptions options =
        EntryOptions.timeToLive(Duration.ofMinutes(5)).withTags("users").withFormat("cbor");
    EntryMetadata metadata = cache.set("user:7", new User(7, "Ada"), options);

    assertEquals("cbor", metadata.getFormat());
    assertEquals(now.get().plus(Duration.ofMinutes(5)), metadata.getExpiresAt());
    assertEquals(List.of("users"), metadata.getTags());
    assertTrue(metadata.getStored());
    assertEquals(Optional.of(metadata), cache.metadata("user:7"));
    assertEquals(Optional.empty(), cache.metadata("user:8"));
  }

  @Test
  void anEntryExpires() {
    cache.set("k", "v", EntryOptions.timeToLive(Duration.ofSeconds(10)));
    cache.set("ever", "v", EntryOptions.neverExpires());

    pass(Duration.ofSeconds(10).minusNanos(1_000));
    assertTrue(cache.contains("k"));
    pass(Duration.ofNanos(1_000));
    assertFalse(cache.contains("k"));
    assertEquals(Optional.empty(), cache.get("k", String.class));
    pass(Duration.ofDays(36_500));
    assertEquals(Optional.of("v"), cache.get("ever", String.class));
  }

  @Test
  void aMapOfTheJdkStaysWhatItWas() {
    Map<String, Integer> map = Map.of("a", 1);
    cache.set("map", map);
    cache.set("list", List.of("a", 1));
    cache.set("set", Set.of("a"));

    assertSame(map, cache.get("map", Map.class).orElseThrow());
    cache.evictAll();
    assertEquals(map, cache.get("map", Map.class).orElseThrow());
    assertEquals(List.of("a", 1), cache.get("list", List.class).orElseThrow());
    assertEquals(Set.of("a"), cache.get("set", Set.class).orElseThrow());
    assertEquals(Optional.of(map), cache.get("map", new TypeRef<Map<String, Integer>>() {}));
  }

  @Test
  void setManyWritesAll() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("user", new User(7, "Ada"));
    values.put("greeting", "hello");
    cache.setMany(values);
    cache.setMany(Map.of("later", "x"), EntryOptions.tags("t"));
    cache.setMany(Map.of("names", List.of("Ada")), STRINGS, EntryOptions.defaults());
    cache.evictAll();

    assertEquals(Optional.of(new User(7, "Ada")), cache.get("user", User.class));
    assertEquals(Optional.of("hello"), cache.get("greeting", String.class));
    assertEquals(List.of("t"), cache.metadata("later").orElseThrow().getTags());
    assertEquals(Optional.of(List.of("Ada")), cache.get("names", STRINGS));
  }

  @Test
  void setManyWritesAllOrNone() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("good", "x");
    values.put("bad", (Runnable) () -> {});

    assertThrows(EncodingFailedException.class, () -> cache.setMany(values));
    assertFalse(cache.contains("good"));
  }

  @Test
  void getManyGivesWhatThereIs() {
    cache.set("a", 1);
    cache.set("b", 2);
    cache.evict("a");
    List<String> keys = List.of("b", "c", "a");

    Map<String, Integer> found = cache.getMany(keys, Integer.class);
    assertEquals(Map.of("a", 1, "b", 2), found);
    assertEquals(List.of("b", "a"), List.copyOf(found.keySet()));
    assertEquals(found, cache.getMany(keys, new TypeRef<Integer>() {}));
    assertEquals(Map.of(), cache.getMany(List.of(), Integer.class));
  }

  @Test
  void setIfAbsentWritesOnce() {
    assertTrue(cache.setIfAbsent("k", "first"));
    assertFalse(cache.setIfAbsent("k", "second"));
    assertFalse(cache.setIfAbsent("k", "third", EntryOptions.tags("t")));
    assertEquals(Optional.of("first"), cache.get("k", String.class));
    assertTrue(cache.setIfAbsent("null", null, STRINGS, EntryOptions.defaults()));
    assertFalse(cache.setIfAbsent("null", List.of(), STRINGS, EntryOptions.defaults()));
  }

  @Test
  void replaceComparesValues() {
    cache.set("k", new User(7, "Ada"));

    assertFalse(cache.replace("k", new User(7, "Bob"), new User(7, "Eve")));
    assertTrue(cache.replace("k", new User(7, "Ada"), new User(7, "Eve"), EntryOptions.tags("t")));
    assertEquals(Optional.of(new User(7, "Eve")), cache.get("k", User.class));
    assertEquals(List.of("t"), cache.metadata("k").orElseThrow().getTags());
    assertFalse(cache.replace("absent", "a", "b"));

    cache.set("names", null, STRINGS);
    assertTrue(cache.replace("names", null, List.of("Ada"), STRINGS, EntryOptions.defaults()));
    assertEquals(Optional.of(List.of("Ada")), cache.get("names", STRINGS));
  }

  @Test
  void updateBuildsOnThePresentValue() {
    assertEquals("a", cache.update("k", String.class, old -> old == null ? "a" : old + "b"));
    assertEquals("ab", cache.update("k", String.class, old -> old == null ? "a" : old + "b"));
    assertEquals("abc", cache.update("k", String.class, EntryOptions.tags("t"), old -> old + "c"));
    assertEquals(List.of("t"), cache.metadata("k").orElseThrow().getTags());

    cache.update("names", STRINGS, old -> List.of("Ada"));
    assertEquals(
        List.of("Ada", "Grace"),
        cache.update(
            "names",
            STRINGS,
            EntryOptions.defaults(),
            old -> Stream.concat(old.stream(), Stream.of("Grace")).toList()));
  }

  @Test
  void updatesOfManyThreadsAllCount() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Thread thread =
          new Thread(
              () -> {
                for (int n = 0; n < 25; n++) {
                  cache.update("sum", Long.class, old -> old == null ? 1L : old + 1);
                  cache.increment("count");
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(Optional.of(200L), cache.get("sum", Long.class));
    assertEquals(Optional.of(200L), cache.get("count", Long.class));
  }

  @Test
  void updateRefusesAValueOfAnotherType() {
    cache.set("k", "no number");

    assertThrows(DecodingFailedException.class, () -> cache.update("k", Integer.class, old -> 1));
    assertEquals(Optional.of("no number"), cache.get("k", String.class));
  }

  @Test
  void whatAnUpdateThrowsLeavesTheEntry() {
    cache.set("k", "v");
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                cache.update(
                    "k",
                    String.class,
                    old -> {
                      throw new IllegalStateException(old);
                    }));
    assertEquals("v", thrown.getMessage());
    assertEquals(Optional.of("v"), cache.get("k", String.class));
  }

  @Test
  void incrementCounts() {
    assertEquals(1, cache.increment("n"));
    assertEquals(6, cache.increment("n", 5));
    assertEquals(4, cache.increment("n", -2, 100, EntryOptions.defaults()));
    assertEquals(99, cache.increment("m", -1, 100, EntryOptions.tags("t")));
    assertEquals(List.of("t"), cache.metadata("m").orElseThrow().getTags());
    assertEquals(Optional.of(4L), cache.get("n", Long.class));

    cache.set("text", "x");
    assertThrows(DecodingFailedException.class, () -> cache.increment("text"));
    cache.set("most", Long.MAX_VALUE);
    assertThrows(ArithmeticException.class, () -> cache.increment("most"));
  }

  @Test
  void touchMovesTheExpiry() {
    cache.set("k", "v", EntryOptions.timeToLive(Duration.ofSeconds(10)));

    assertTrue(cache.touch("k", Duration.ofMinutes(1)));
    pass(Duration.ofSeconds(59));
    assertEquals(Optional.of("v"), cache.get("k", String.class));
    assertTrue(cache.touch("k"));
    assertEquals(
        now.get().plus(Duration.ofHours(1)), cache.metadata("k").orElseThrow().getExpiresAt());
    assertTrue(cache.touch("k", EntryOptions.NEVER_EXPIRES));
    assertNull(cache.metadata("k").orElseThrow().getExpiresAt());
    assertFalse(cache.touch("absent", Duration.ofMinutes(1)));
    assertThrows(IllegalArgumentException.class, () -> cache.touch("k", Duration.ZERO));
  }

  @Test
  void removeGivesTheValueOnce() {
    cache.set("k", new User(7, "Ada"));
    cache.set("names", List.of("Ada"), STRINGS);

    assertEquals(Optional.empty(), cache.remove("k", Integer.class));
    assertEquals(Optional.of(new User(7, "Ada")), cache.remove("k", User.class));
    assertEquals(Optional.empty(), cache.remove("k", User.class));
    assertEquals(Optional.of(List.of("Ada")), cache.remove("names", STRINGS));
    assertFalse(cache.contains("k"));
  }

  @Test
  void deleteLeavesNothing() {
    cache.setMany(Map.of("a", 1, "b", 2, "c", 3));

    assertTrue(cache.delete("a"));
    assertFalse(cache.delete("a"));
    assertEquals(1, cache.deleteMany(List.of("a", "b")));
    assertEquals(List.of("c"), cache.keys().toList());
  }

  @Test
  void evictLeavesTheFile() {
    cache.set("k", "v");

    assertTrue(cache.evict("k"));
    assertFalse(cache.evict("k"));
    assertEquals(Optional.of("v"), cache.get("k", String.class));
  }

  @Test
  void clearEmptiesTheCache() {
    cache.setMany(Map.of("a", 1, "b", 2));
    assertEquals(2, cache.clear());
    assertEquals(0, cache.keys().count());
  }

  @Test
  void clearExpiredTellsWhatWasExpired() {
    cache.set("short", 1, EntryOptions.timeToLive(Duration.ofSeconds(1)));
    cache.set("long", 2);
    Instant end = now.get().plusSeconds(1);
    pass(Duration.ofSeconds(1));

    assertEquals(List.of(new ExpiredEntry("short", end)), cache.clearExpired());
    assertEquals(
        List.of("long"), cache.keys(KeyQuery.defaults().withIncludeExpired(true)).toList());
  }

  @Test
  void tagsSelectWhatIsRemoved() {
    cache.set("ab", 1, EntryOptions.tags("a", "b"));
    cache.set("bc", 2, EntryOptions.tags("b", "c"));
    cache.set("c", 3, EntryOptions.tags("c"));

    assertEquals(1, cache.clearByTags(Set.of("a", "b"), TagMatch.ALL));
    assertEquals(1, cache.clearByTags(Set.of("c"), TagMatch.EXACT));
    assertEquals(1, cache.clearByTags(Set.of("c", "x")));
    assertEquals(0, cache.keys().count());
  }

  @Test
  void aPrefixSelectsWhatIsRemoved() {
    cache.setMany(Map.of("user:1", 1, "user:2", 2, "order:1", 3));
    assertEquals(2, cache.clearByPrefix("user:"));
    assertEquals(List.of("order:1"), cache.keys().toList());
  }

  @Test
  void keysAreListedAsAsked() {
    cache.set("b", 1);
    cache.set("a", 2);
    cache.set("xa", 3, EntryOptions.timeToLive(Duration.ofSeconds(1)));
    cache.evict("b");
    pass(Duration.ofSeconds(1));

    assertEquals(List.of("a", "b"), cache.keys().toList());
    assertEquals(
        List.of("b", "a"), cache.keys(KeyQuery.defaults().withOrder(KeyOrder.INSERTION)).toList());
    assertEquals(List.of("a"), cache.keys(KeyQuery.defaults().withTier(Tier.MEMORY)).toList());
    assertEquals(List.of("a", "b"), cache.keys(KeyQuery.defaults().withTier(Tier.STORE)).toList());
    assertEquals(List.of("xa"), cache.keys(KeyQuery.prefix("x").withIncludeExpired(true)).toList());
  }

  @Test
  void aListingIsReadPieceByPiece() {
    Map<String, Integer> values =
        IntStream.range(0, 1_200)
            .boxed()
            .collect(Collectors.toMap(i -> "k%04d".formatted(i), i -> i));
    cache.setMany(values);
    cache.evictAll();

    Iterator<String> keys = cache.keys().iterator();
    for (int i = 0; i < 400; i++) {
      assertEquals("k%04d".formatted(i), keys.next());
    }
    cache.deleteMany(cache.keys(KeyQuery.prefix("k11")).toList());
    int rest = 0;
    while (keys.hasNext()) {
      keys.next();
      rest++;
    }
    assertEquals(700, rest);
  }

  @Test
  void entriesAreListedWithTheirValues() {
    cache.set("a", new User(1, "Ada"));
    cache.set("b", "no user");

    List<CacheEntry<User>> entries = cache.<User>entries(User.class, KeyQuery.defaults()).toList();
    assertEquals(List.of("a", "b"), entries.stream().map(CacheEntry::getKey).toList());
    assertEquals(new User(1, "Ada"), hit(entries.get(0).getLookup()).getValue());
    assertEquals(MissReason.DECODING, missReason(entries.get(1).getLookup()));
    assertEquals(1, cache.entries(new TypeRef<String>() {}, KeyQuery.prefix("b")).count());
    assertThrows(
        IllegalArgumentException.class,
        () -> cache.entries(User.class, KeyQuery.defaults().withTier(Tier.MEMORY)));
  }

  @Test
  void theDoorsShowWhatIsCounted() {
    cache.set("hot", 1);
    cache.set("cold", 2);
    for (int i = 0; i < 3; i++) {
      cache.get("hot", Integer.class);
    }
    cache.get("cold", Integer.class);
    cache.get("absent", Integer.class);

    assertEquals(List.of(new HotKey("hot", 3)), cache.hotKeys(1));
    assertEquals(4, cache.stats().getHits());
    assertEquals(1, cache.stats().getMisses());
    assertEquals(CacheHealth.Status.HEALTHY, cache.health().getStatus());
    assertEquals("hot", cache.accessLog().top(1).get(0).getKey());
    assertEquals(3, cache.accessLog().find("hot").orElseThrow().getReads());
    assertEquals(Optional.empty(), cache.accessLog().find("absent"));
    cache.evict("hot");
    EvictionRecord last = cache.evictionLog().recent(1).get(0);
    assertEquals("hot", last.getKey());
    assertEquals(EvictionCause.EVICTED, last.getCause());
  }

  @Test
  void aListenerHearsUntilItIsClosed() throws Exception {
    CountDownLatch heard = new CountDownLatch(1);
    List<CacheEvent> events = new ArrayList<>();
    Subscription subscription =
        cache.listen(
            event -> {
              events.add(event);
              heard.countDown();
            });
    cache.cached("k", String.class, () -> "v");
    assertTrue(heard.await(10, TimeUnit.SECONDS));
    subscription.close();
    subscription.close();
    assertEquals("k", assertInstanceOf(CacheEvent.Loaded.class, events.get(0)).getKey());
  }

  @Test
  void aValueThatCannotBeEncodedChangesNothing() {
    cache.set("k", "before");

    assertThrows(EncodingFailedException.class, () -> cache.set("k", new Throwing()));
    assertThrows(EncodingFailedException.class, () -> cache.set("k", (Runnable) () -> {}));
    assertThrows(EncodingFailedException.class, () -> cache.set("k", new Object()));
    assertEquals(Optional.of("before"), cache.get("k", String.class));
    cache.evictAll();
    assertEquals(Optional.of("before"), cache.get("k", String.class));
  }

  public static final class Throwing {
    public String getName() {
      throw new IllegalStateException("no name");
    }
  }

  @Test
  void badArgumentsAreRefused() {
    EntryOptions unknown = EntryOptions.format("yaml");

    assertThrows(IllegalArgumentException.class, () -> cache.set("k", "v", unknown));
    assertThrows(
        IllegalArgumentException.class, () -> cache.cached("k", String.class, unknown, () -> "v"));
    assertThrows(IllegalArgumentException.class, () -> cache.get("", String.class));
    assertThrows(IllegalArgumentException.class, () -> cache.set("\uD800", "v"));
    assertThrows(IllegalArgumentException.class, () -> cache.delete("k".repeat(65_537)));
    assertThrows(NullPointerException.class, () -> cache.get(null, String.class));
    assertThrows(NullPointerException.class, () -> cache.cached("k", String.class, null));
  }

  @Test
  void flushWaitsForTheFile() {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      cache.cached("k" + i, String.class, () -> "v");
      values.put("k" + i, "v");
    }
    cache.flush();
    assertEquals(100, cache.keys(KeyQuery.defaults().withTier(Tier.STORE)).count());
  }

  private static <T> Lookup.Hit<T> hit(Lookup<T> lookup) {
    if (lookup instanceof Lookup.Hit<T> hit) {
      return hit;
    }
    return fail(lookup.toString());
  }

  private static MissReason missReason(Lookup<?> lookup) {
    return assertInstanceOf(Lookup.Miss.class, lookup).getReason();
  }
}
