package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.cachetronomy.core.DecodingFailedException;
import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.Lookup;
import io.github.cachetronomy.core.MissReason;
import io.github.cachetronomy.core.serialization.Formats;
import io.github.cachetronomy.core.serialization.SerializerRegistry;
import io.github.cachetronomy.core.spi.Serializer;
import io.github.cachetronomy.core.spi.ValueType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was written as one type is not taken for another. */
@Tag("fast")
class StrictReadingTest {
  private static final ReadOptions STRICT = ReadOptions.defaults().withStrict(true);

  record Text(String v) {}

  record Int(int v) {}

  record Long64(long v) {}

  record Real(double v) {}

  record Truth(boolean v) {}

  record Day(DayOfWeek v) {}

  record Time(Instant v) {}

  record Many(List<String> v) {}

  record Inner(Text v) {}

  record More(int v, int w) {}

  record Other(int w) {}

  private BlockingCachetronaut cache;

  @BeforeEach
  void open(@TempDir Path folder) {
    cache =
        BlockingCachetronaut.builder(folder.resolve("app.db"))
            .serializers(
                SerializerRegistry.standard()
                    .with(new RawSerializer(Formats.JSON))
                    .with(new RawSerializer(Formats.MSGPACK)))
            .build();
  }

  @AfterEach
  void close() {
    cache.close();
  }

  private static List<Object> values() {
    return List.of(
        new Text("1"),
        new Text(""),
        new Int(1),
        new Real(1.5),
        new Truth(true),
        new Day(DayOfWeek.MONDAY),
        new Time(Instant.EPOCH),
        new Many(List.of("1")),
        new Inner(new Text("1")),
        new More(1, 2),
        new Other(1));
  }

  private static List<Class<?>> types() {
    return List.of(
        Text.class,
        Int.class,
        Long64.class,
        Real.class,
        Truth.class,
        Day.class,
        Time.class,
        Many.class,
        Inner.class,
        More.class,
        Other.class);
  }

  /** What may well be read as something else: the written form does not tell them apart. */
  private static boolean isReadableAs(Object value, Class<?> type) {
    boolean isNumber = value instanceof Int || value instanceof Real;
    return value.getClass() == type
        || value instanceof Int && (type == Long64.class || type == Real.class)
        || (value instanceof Day || value instanceof Time) && type == Text.class
        // Jackson takes numbers, in quotes too, for seconds since the epoch.
        || (isNumber || value.equals(new Text("1"))) && type == Time.class;
  }

  @ParameterizedTest
  @MethodSource("values")
  void aRecordIsNotTakenForAnother(Object value) {
    for (String format : List.of(Formats.JSON, Formats.CBOR, Formats.MSGPACK)) {
      cache.set("k", value, EntryOptions.format(format));
      for (Class<?> type : types()) {
        cache.evictAll();
        assertEquals(
            isReadableAs(value, type),
            cache.find("k", type).isHit(),
            () -> value + " as " + type.getSimpleName() + " in " + format);
      }
    }
  }

  @Test
  void nullIsNoPrimitive() {
    json("{\"v\":null}");
    assertMiss(Int.class);
    assertEquals(Optional.of(new Text(null)), cache.get("k", Text.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"v\":1,\"w\":2}",
        "{\"v\":1} {}",
        "{\"v\":1}x",
        "[1]",
        "1",
        "{\"v\":1",
        ""
      })
  void whatDoesNotFitIsAMiss(String text) {
    json(text);
    assertMiss(Int.class);
  }

  @Test
  void aMissingPropertyIsAMiss() {
    json("{\"v\":1}");
    assertMiss(More.class);
    assertMiss(Text.class);
  }

  @Test
  void classNamesInAValueAreData() {
    json("{\"@class\":\"java.lang.ProcessBuilder\",\"v\":1}");
    assertMiss(Int.class);
    assertEquals(
        Map.of("@class", "java.lang.ProcessBuilder", "v", 1),
        cache.get("k", Map.class).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // nothing
        "c1", // a code that MessagePack never uses
        "81a17601c0", // a byte after the value
        "8101c0", // a key that is no text
        "d40100", // an extension
        "c6ffffffff00", // a binary of more bytes than there are
        "dfffffffff", // a map of more entries than there are
        "81a176" // a value that ends early
      })
  void brokenMessagePackIsAMiss(String hex) {
    stored(HexFormat.of().parseHex(hex), Formats.MSGPACK);
    assertMiss(Int.class);
    assertMiss(Map.class);
  }

  private void json(String text) {
    stored(text.getBytes(StandardCharsets.UTF_8), Formats.JSON);
  }

  private void stored(byte[] bytes, String format) {
    cache.set("k", new Raw(bytes), EntryOptions.format(format));
    cache.evictAll();
  }

  /** Bytes that another program wrote under the label of a format. */
  record Raw(byte[] bytes) {}

  private record RawSerializer(String format) implements Serializer {
    @Override
    public String getFormat() {
      return format;
    }

    @Override
    public boolean supports(ValueType type) {
      return type.getRawClass() == Raw.class;
    }

    @Override
    public byte[] encode(Object value, ValueType type) {
      return ((Raw) value).bytes();
    }

    @Override
    public Object decode(byte[] bytes, ValueType type) {
      return new Raw(bytes);
    }
  }

  private void assertMiss(Class<?> type) {
    Lookup<?> lookup = cache.find("k", type);
    assertEquals("Miss(DECODING)", lookup.toString());
    DecodingFailedException failure =
        assertThrows(DecodingFailedException.class, () -> cache.find("k", type, STRICT));
    assertEquals(MissReason.DECODING, failure.getReason());
  }
}
