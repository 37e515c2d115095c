package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.cachetronomy.core.EncodingFailedException;
import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.HotKey;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that come back from the file as they went in, in every format that has a Jackson side. */
@Tag("fast")
class SerializationTest {
  private BlockingCachetronaut cache;

  @BeforeEach
  void open(@TempDir Path folder) {
    cache = BlockingCachetronaut.open(folder.resolve("app.db"));
  }

  @AfterEach
  void close() {
    cache.close();
  }

  private <T> T stored(T value, TypeRef<T> type, String format) {
    cache.set("k", value, type, EntryOptions.format(format));
    cache.evictAll();
    return cache
        .get("k", type, ReadOptions.defaults().withStrict(true))
        .orElseThrow(() -> new AssertionError("no value"));
  }

  private <T> void assertKept(T value, TypeRef<T> type, String format) {
    assertEquals(value, stored(value, type, format));
  }

  record Point(int x, int y) {
    double length() {
      return Math.hypot(x, y);
    }

    public boolean isOrigin() {
      return x == 0 && y == 0;
    }

    public String getText() {
      return x + "," + y;
    }
  }

  record Numbers(
      byte b,
      short s,
      int i,
      long l,
      float f,
      double d,
      boolean t,
      char c,
      Integer boxed,
      BigInteger big,
      BigDecimal decimal) {}

  record Times(
      Instant instant,
      LocalDate date,
      LocalDateTime dateTime,
      OffsetDateTime offset,
      ZonedDateTime zoned,
      Duration duration,
      Period period,
      DayOfWeek day) {}

  record Nested(
      UUID id, Optional<String> some, Optional<String> none, List<Point> points, Nested inner) {}

  record Box<T>(T content) {}

  enum Colour {
    RED,
    GREEN {
      @Override
      String mood() {
        return "calm";
      }
    };

    String mood() {
      return "angry";
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Circle.class, name = "circle"),
    @JsonSubTypes.Type(value = Square.class, name = "square")
  })
  sealed interface Shape permits Circle, Square {}

  record Circle(double radius) implements Shape {}

  record Square(double side) implements Shape {}

  public static final class Bean {
    private String name;
    private List<Integer> scores = new ArrayList<>();

    public String getName() {
      return name;
    }

    public void setName(String name) {
      this.name = name;
    }

    public List<Integer> getScores() {
      return scores;
    }

    public void setScores(List<Integer> scores) {
      this.scores = scores;
    }

    /** No property: nothing could take it back. */
    public int getTotal() {
      return scores.stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bean bean
          && Objects.equals(name, bean.name)
          && scores.equals(bean.scores);
    }

    @Override
    public int hashCode() {
      return Objects.hash(name, scores);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "cbor", "msgpack"})
  void records(String format) {
    assertKept(new Point(3, -4), new TypeRef<Point>() {}, format);
    assertKept(new Box<>(new Point(1, 2)), new TypeRef<Box<Point>>() {}, format);
    assertKept(
        new Nested(
            UUID.randomUUID(),
            Optional.of("x"),
            Optional.empty(),
            List.of(new Point(1, 2), new Point(0, 0)),
            new Nested(UUID.randomUUID(), Optional.empty(), Optional.empty(), List.of(), null)),
        new TypeRef<Nested>() {},
        format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "cbor", "msgpack"})
  void numbers(String format) {
    TypeRef<Numbers> type = new TypeRef<>() {};
    assertKept(
        new Numbers(
            Byte.MIN_VALUE,
            Short.MIN_VALUE,
            Integer.MIN_VALUE,
            Long.MIN_VALUE,
            Float.MIN_VALUE,
            Double.MIN_VALUE,
            true,
            'x',
            null,
            BigInteger.valueOf(Long.MIN_VALUE),
            new BigDecimal("1.50")),
        type,
        format);
    assertKept(
        new Numbers(
            Byte.MAX_VALUE,
            Short.MAX_VALUE,
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            0.1f,
            0.1,
            false,
            '\u20ac',
            -1,
            BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE),
            new BigDecimal("-12345678901234567890.123456789")),
        type,
        format);
    assertKept(
        new Numbers(
            (byte) 0,
            (short) 0,
            0,
            0,
            Float.NaN,
            Double.NEGATIVE_INFINITY,
            false,
            ' ',
            0,
            BigInteger.ZERO,
            BigDecimal.ONE),
        type,
        format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "cbor", "msgpack"})
  void times(String format) {
    Times times =
        new Times(
            Instant.parse("2026-02-03T04:05:06.123456789Z"),
            LocalDate.of(2026, 2, 3),
            LocalDateTime.of(2026, 2, 3, 4, 5),
            OffsetDateTime.parse("2026-02-03T04:05:06+05:30"),
            ZonedDateTime.parse("2026-02-03T04:05:06+01:00[Europe/Paris]"),
            Duration.ofSeconds(1, 1),
            Period.of(1, 2, 3),
            DayOfWeek.FRIDAY);
    assertKept(times, new TypeRef<Times>() {}, format);
    assertKept(times.instant(), new TypeRef<Instant>() {}, format);
    assertKept(Duration.ofMinutes(-1), new TypeRef<Duration>() {}, format);
  }

  @Test
  void timesAreIsoText() {
    cache.set("k", List.of(Instant.EPOCH, Duration.ofMinutes(90)));
    cache.evictAll();
    assertEquals(
        List.of("1970-01-01T00:00:00Z", "PT1H30M"), cache.get("k", List.class).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "cbor", "msgpack"})
  void beans(String format) {
    Bean bean = new Bean();
    bean.setName("Ada");
    bean.setScores(List.of(1, 2));
    assertKept(bean, new TypeRef<Bean>() {}, format);
    assertKept(new Bean(), new TypeRef<Bean>() {}, format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "cbor", "msgpack"})
  void genericTypes(String format) {
    List<Point> points = List.of(new Point(1, 2), new Point(3, 4));
    assertKept(points, new TypeRef<List<Point>>() {}, format);
    assertKept(Set.of(new Point(1, 2)), new TypeRef<Set<Point>>() {}, format);
    assertKept(
        new TreeMap<>(Map.of("a", List.of(points), "b", List.of())),
        new TypeRef<TreeMap<String, List<List<Point>>>>() {},
        format);
    assertKept(
        Map.of(UUID.randomUUID(), Instant.EPOCH), new TypeRef<Map<UUID, Instant>>() {}, format);
    assertKept(Optional.of(new Point(1, 2)), new TypeRef<Optional<Point>>() {}, format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "cbor", "msgpack"})
  void mapsOfAnything(String format) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("int", 1);
    map.put("long", 1L << 40);
    map.put("double", 1.5);
    map.put("text", "\u00e4\ud83d\ude00\u0000");
    map.put("yes", true);
    map.put("nothing", null);
    map.put("list", List.of(1, "x", List.of()));
    map.put("map", Map.of("a", Map.of()));
    map.put("", "");
    assertKept(map, new TypeRef<Map<String, Object>>() {}, format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "cbor", "msgpack"})
  void arrays(String format) {
    Box<byte[]> bytes = new Box<>(new byte[] {0, 1, -1});
    assertArrayEquals(
        bytes.content(), stored(bytes, new TypeRef<Box<byte[]>>() {}, format).content());
    Point[] points = {new Point(1, 2), null};
    assertArrayEquals(points, stored(points, new TypeRef<Point[]>() {}, format));
    long[] longs = {Long.MIN_VALUE, 0, Long.MAX_VALUE};
    assertArrayEquals(longs, stored(longs, new TypeRef<long[]>() {}, format));
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "cbor", "msgpack"})
  void enums(String format) {
    assertKept(Colour.GREEN, new TypeRef<Colour>() {}, format);
    assertKept(Map.of(Colour.RED, Colour.GREEN), new TypeRef<Map<Colour, Colour>>() {}, format);
    cache.set("untyped", Colour.GREEN, EntryOptions.format(format));
    assertEquals(Optional.of(Colour.GREEN), cache.get("untyped", Colour.class));
    assertEquals(1, cache.stats().getMemoryHits());
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "cbor", "msgpack"})
  void classesThatNameTheirSubclasses(String format) {
    assertKept(new Circle(1), new TypeRef<Shape>() {}, format);
    assertKept(List.of(new Square(2), new Circle(1)), new TypeRef<List<Shape>>() {}, format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "cbor", "msgpack"})
  void compressedValues(String format, @TempDir Path folder) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      points.add(new Point(i, i));
    }
    try (BlockingCachetronaut small =
        BlockingCachetronaut.builder(folder.resolve("small.db")).compressAbove(100).build()) {
      TypeRef<List<Point>> type = new TypeRef<>() {};
      assertEquals(
          format + "+gzip", small.set("k", points, type, EntryOptions.format(format)).getFormat());
      small.evictAll();
      assertEquals(Optional.of(points), small.get("k", type));
    }
  }

  @Test
  void whatMessagePackCannotHoldIsRefused() {
    EntryOptions msgpack = EntryOptions.format("msgpack");
    Box<BigInteger> tooBig = new Box<>(BigInteger.ONE.shiftLeft(64));

    assertThrows(EncodingFailedException.class, () -> cache.set("k", tooBig, msgpack));
    assertFalse(cache.contains("k"));
  }

  @Test
  void anonymousCollectionsAreStoredAsWhatTheyAre() {
    cache.set(
        "k",
        new ArrayList<>(List.of(1, 2)) {
          private static final long serialVersionUID = 1L;
        });
    cache.evictAll();
    assertEquals(List.of(1, 2), cache.get("k", List.class).orElseThrow());
  }

  @Test
  void kotlinClassesAreNotForJackson() {
    EncodingFailedException refused =
        assertThrows(EncodingFailedException.class, () -> cache.set("k", new HotKey("key", 1)));
    assertEquals("k", refused.getKey());
    assertThrows(
        EncodingFailedException.class,
        () -> cache.set("k", List.of(), new TypeRef<List<HotKey>>() {}));
  }

  @Test
  void deepNestingIsAFailureOfItsOwn() {
    List<Object> deep = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      deep = new ArrayList<>(List.of(deep));
    }
    List<Object> deepest = deep;
    assertThrows(EncodingFailedException.class, () -> cache.set("json", deepest));
    assertThrows(
        EncodingFailedException.class,
        () -> cache.set("msgpack", deepest, EntryOptions.format("msgpack")));
  }
}
