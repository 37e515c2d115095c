package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.core.CacheEntry;
import io.github.cachetronomy.core.CacheEvent;
import io.github.cachetronomy.core.CacheHealth;
import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.EvictionCause;
import io.github.cachetronomy.core.EvictionRecord;
import io.github.cachetronomy.core.HotKey;
import io.github.cachetronomy.core.KeyOrder;
import io.github.cachetronomy.core.MissReason;
import io.github.cachetronomy.core.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the Java face lists, counts and tells. */
@Tag("fast")
class BlockingListingTest extends BlockingFaceTest {
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
}
