package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.github.cachetronomy.core.Durability;
import io.github.cachetronomy.core.Lookup;
import io.github.cachetronomy.core.MessagePackExtension;
import io.github.cachetronomy.core.MissReason;
import io.github.cachetronomy.core.spi.StoredEntry;
import io.github.cachetronomy.testing.InMemoryStore;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows as the Python package writes them, read in Java. */
@Tag("fast")
class PythonRowsTest {
  record User(String name, long id, double score) {}

  record Blob(String name, byte[] bytes) {}

  private final InMemoryStore store = new InMemoryStore();
  private final BlockingCachetronaut cache = BlockingCachetronaut.builder(store).build();

  @AfterEach
  void close() {
    cache.close();
  }

  @Test
  void anythingIsReadWithoutAType() {
    assertEquals(42L, read("json", "42", Object.class));
    assertEquals(1.0, read("json", "1.0", Object.class));
    assertEquals(Double.NaN, read("orjson", "NaN", Object.class));
    assertEquals(BigInteger.TWO.pow(70), read("orjson", "1180591620717411303424", Object.class));
    assertEquals(
        Map.of("a", List.of(1L, "x"), "b", true),
        read("json", "{\"a\": [1, \"x\"], \"b\": true}", Object.class));
    assertEquals(Map.of(1L, "a"), read("msgpack", "8101a161", Object.class));
    assertEquals(
        new MessagePackExtension(5, new byte[] {7}), read("msgpack", "d40507", Object.class));
    assertArrayEquals(
        new byte[] {0, -1},
        assertInstanceOf(byte[].class, read("msgpack", "c40200ff", Object.class)));
    assertEquals(null, read("json", "null", Object.class));
  }

  @Test
  void whatIsNestedTooDeepIsAMiss() {
    put("json", "[".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
    Lookup<Object> found = cache.find("k", Object.class);
    assertEquals(MissReason.DECODING, ((Lookup.Miss) (Lookup<?>) found).getReason());
  }

  @Test
  void jsonIsReadAsTheTypeAskedFor() {
    assertEquals("x", read("json", "\"x\"", String.class));
    assertEquals(42L, read("json", "42", Long.class));
    assertEquals(BigInteger.TWO.pow(70), read("json", "1180591620717411303424", BigInteger.class));
    assertEquals(BigInteger.TEN, read("json", "10", BigInteger.class));
    assertEquals(1.0, read("json", "1", Double.class));
    assertEquals(Double.NaN, read("json", "NaN", Double.class));
    assertEquals(
        new User("n", 9, Double.NEGATIVE_INFINITY),
        read("json", "{\"id\": 9, \"name\": \"n\", \"score\": -Infinity}", User.class));
    assertEquals(
        new User("n", 9, 2.0), read("orjson", "{\"name\":\"n\",\"id\":9,\"score\":2}", User.class));
    assertEquals(
        List.of(1L, 2L),
        cacheOf("json", "[1, 2]").get("k", new TypeRef<List<Long>>() {}).orElseThrow());
    assertEquals(
        Map.of("a", List.of(1.0, 1.5)),
        cacheOf("json", "{\"a\": [1, 1.5]}")
            .get("k", new TypeRef<Map<String, List<Double>>>() {})
            .orElseThrow());
  }

  @Test
  void messagePackIsReadAsTheTypeAskedFor() {
    assertEquals("x", read("msgpack", "a178", String.class));
    for (String fortyTwo : List.of("2a", "cc2a", "cd002a", "d02a")) {
      assertEquals(42L, read("msgpack", fortyTwo, Long.class), fortyTwo);
      assertEquals(42, read("msgpack", fortyTwo, Integer.class), fortyTwo);
    }
    assertEquals(BigInteger.TWO.pow(63), read("msgpack", "cf8000000000000000", BigInteger.class));
    assertEquals(Double.NaN, read("msgpack", "cb7ff8000000000000", Double.class));
    assertArrayEquals(new byte[] {0, -1}, read("msgpack", "c40200ff", byte[].class));
    Blob blob = read("msgpack", "82a56279746573c40200ffa46e616d65a4c387c3a9", Blob.class);
    assertEquals("Çé", blob.name());
    assertArrayEquals(new byte[] {0, -1}, blob.bytes());
    assertEquals(
        new User("n", 9, 2.0),
        read("msgpack", "83a2696409a46e616d65a16ea573636f726502", User.class));
    assertEquals(
        Map.of("a", 1L),
        cacheOf("msgpack", "81a16101").get("k", new TypeRef<Map<String, Long>>() {}).orElseThrow());
  }

  @Test
  void notFiniteNumbersAreWrittenAsPythonReadsThem() {
    cache.set("k", new User("n", 1, Double.NaN));
    String json = new String(store.getEntries().read("k").getData(), StandardCharsets.UTF_8);
    assertEquals("{\"name\":\"n\",\"id\":1,\"score\":NaN}", json);
    cache.evictAll();
    assertEquals(new User("n", 1, Double.NaN), cache.get("k", User.class).orElseThrow());
  }

  @Test
  void anythingIsWrittenWithoutAType() {
    for (Object value :
        Arrays.asList(1L, "x", List.of(1.5, List.of()), Map.of("a", Map.of("b", true)), null)) {
      cache.set("k", value, new TypeRef<Object>() {});
      cache.evictAll();
      Lookup<Object> found = cache.find("k", Object.class);
      assertEquals(value, ((Lookup.Hit<?>) (Lookup<?>) found).getValue());
    }
  }

  private BlockingCachetronaut cacheOf(String format, String content) {
    put(
        format,
        format.equals("msgpack")
            ? HexFormat.of().parseHex(content)
            : content.getBytes(StandardCharsets.UTF_8));
    return cache;
  }

  private <T> T read(String format, String content, Class<T> type) {
    Lookup<T> found = cacheOf(format, content).find("k", type);
    assertInstanceOf(Lookup.Hit.class, found, content);
    return ((Lookup.Hit<T>) found).getValue();
  }

  private void put(String format, byte[] data) {
    cache.evictAll();
    StoredEntry row =
        new StoredEntry(
            "k",
            data,
            format,
            StoredEntry.NEVER,
            List.of(),
            1,
            "default",
            StoredEntry.UNKNOWN,
            0,
            null,
            data.length);
    store.transaction(
        Durability.COMMITTED,
        () -> {
          store.getEntries().put(row);
          return null;
        });
  }
}
