package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.core.DecodingFailedException;
import io.github.cachetronomy.core.EncodingFailedException;
import io.github.cachetronomy.core.EntryMetadata;
import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.Tier;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Writing through the Java face, on the caller's thread. */
@Tag("fast")
class BlockingWriteTest extends BlockingFaceTest {
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
  void setIfAbsentWritesOnce() {
    assertTrue(cache.setIfAbsent("k", "first"));
    assertFalse(cache.setIfAbsent("k", "second"));
    assertFalse(cache.setIfAbsent("k", "third", EntryOptions.tags("t")));
    assertEquals(Optional.of("first"), cache.get("k", String.class));
    assertTrue(cache.setIfAbsent("null", null, STRINGS, EntryOptions.defaults()));
    assertFalse(cache.setIfAbsent("null", List.of(), STRINGS, EntryOptions.defaults()));
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
}
