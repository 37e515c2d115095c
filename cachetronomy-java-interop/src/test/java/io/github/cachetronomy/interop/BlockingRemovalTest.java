package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.ExpiredEntry;
import io.github.cachetronomy.core.TagMatch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Removing through the Java face, on the caller's thread. */
@Tag("fast")
class BlockingRemovalTest extends BlockingFaceTest {
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
}
