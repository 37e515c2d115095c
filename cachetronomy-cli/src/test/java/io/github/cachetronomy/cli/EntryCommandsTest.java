package io.github.cachetronomy.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.cli.print.Terminal;
import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.MessagePackExtension;
import io.github.cachetronomy.interop.BlockingCachetronaut;
import io.github.cachetronomy.interop.TypeRef;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One entry, and several: what is written, and how it is shown. */
@Tag("fast")
class EntryCommandsTest {
  @TempDir Path folder;
  Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void file() {
    cli = new Cli(folder.resolve("cache.db"));
  }

  @Test
  void aTextIsPrintedAsItWasWrittenWithALineEnd() {
    cli.done("set", "key", "a value, ünïcödé");
    assertEquals("a value, ünïcödé\n", cli.done("get", "key").out());
  }

  @Test
  void whatIsWrittenIsTextUnlessItIsSaidToBeJson() {
    cli.done("set", "text", "[1]");
    cli.done("set", "json", "[1, {\"a\": null}]", "--json");
    try (var cache = BlockingCachetronaut.open(cli.file)) {
      assertEquals("[1]", cache.get("text", Object.class).orElseThrow());
      assertTrue(cache.get("json", Object.class).orElseThrow() instanceof List);
    }
    assertEquals("[1, {\"a\": null}]\n", cli.done("get", "json").out());
  }

  @Test
  void theEntryIsOneJsonObjectWithTheNamesOfTheColumns() {
    cli.done("set", "key", "v", "-t", "a", "-t", "b", "-v", "3", "-ttl", "100");
    String json = cli.json("get", "key");
    assertTrue(
        json.matches(
            "\\{\"key\": \"key\", \"fmt\": \"json\", \"expire_at\": \"[-0-9]{10}T[:0-9]{8}"
                + "(\\.[0-9]{6})?\\+00:00\", \"tags\": \\[\"a\", \"b\"\\], \"version\": 3, "
                + "\"saved_by_profile\": \"default\", \"data\": \"v\"\\}\n"),
        json);
  }

  @Test
  void standardInputIsAValueToTheByte() {
    cli.typing("two\nlines\n").done("set", "key", "-");
    assertTrue(cli.json("get", "key").contains("\"data\": \"two\\nlines\\n\""));
  }

  @Test
  void bytesGoInAndComeOutAsTheyAre() {
    cli.input = new byte[] {0, (byte) 0xff, 10};
    cli.done("set", "key", "-", "--prefer", "bytes");
    assertArrayEquals(cli.input, cli.done("get", "key").bytes());
    assertTrue(cli.json("get", "key").contains("\"data\": {\"$bytes\": \"AP8K\"}"));
    assertEquals(ExitCode.USAGE, cli.run("set", "other", "-").code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "msgpack", "string"})
  void aTextIsReadBackFromEveryFormatThatNeedsNoClass(String format) {
    cli.done("set", "key", "välue", "--prefer", format);
    assertEquals("välue\n", cli.done("get", "key").out());
    assertTrue(cli.json("key-metadata", "key").contains("\"fmt\": \"" + format + "\""));
  }

  @Test
  void whatOnlyItsWriterCanReadIsShownAsItsBytes() {
    cli.done("set", "key", "text", "--prefer", "cbor");
    assertTrue(cli.json("get", "key").contains("\"data\": {\"$raw\": \"ZHRleHQ=\"}"));
    assertEquals("dtext", cli.done("get", "key").out());
  }

  @Test
  void whatJsonHasNoFormForIsAnObjectWithADollar() {
    var type = new TypeRef<Object>() {};
    var msgpack = EntryOptions.defaults().withFormat("msgpack");
    try (var cache = BlockingCachetronaut.open(cli.file)) {
      Object value = List.of(new byte[] {1}, new MessagePackExtension(7, new byte[] {2}));
      cache.set("a", value, type, msgpack);
      cache.set("b", List.of(Double.NaN, Double.POSITIVE_INFINITY, -1.0 / 0), type);
      cache.set("c", Map.of(1L, "one"), type, msgpack);
      cache.set("d", Map.of("$bytes", "none"), type);
      cache.set("e", BigInteger.TEN.pow(40), type);
    }
    assertTrue(
        cli.json("get", "a")
            .contains("[{\"$bytes\": \"AQ==\"}, {\"$ext\": 7, \"base64\": \"Ag==\"}]"));
    assertTrue(
        cli.json("get", "b")
            .contains(
                "[{\"$float\": \"NaN\"}, {\"$float\": \"Infinity\"}, {\"$float\": \"-Infinity\"}]"));
    assertTrue(cli.json("get", "c").contains("{\"$map\": [[1, \"one\"]]}"));
    assertTrue(cli.json("get", "d").contains("{\"$map\": [[\"$bytes\", \"none\"]]}"));
    assertTrue(cli.json("get", "e").contains("\"data\": 1" + "0".repeat(40) + "}"));
  }

  @Test
  void aMissIsSilentAndExitCodeOne() {
    cli.done("set", "key", "v");
    var miss = cli.run("get", "nope");
    assertEquals(ExitCode.MISS, miss.code());
    assertEquals("", miss.out() + miss.err());
    assertEquals("null\n", cli.json("get", "nope"));
    var otherwise = cli.run("get", "nope", "--default", "x");
    assertEquals(ExitCode.MISS, otherwise.code());
    assertEquals("x\n", otherwise.out());
  }

  @Test
  void onATerminalAValueIsEscapedAndElsewhereItIsNot() {
    String hostile = "a\u001b[2J\nb\u202e";
    cli.done("set", "key", hostile);
    assertEquals(hostile + "\n", cli.done("get", "key").out());
    cli.terminal = new Terminal(true, true, 0, false);
    assertEquals("a\\u001B[2J\\nb\\u202E\n", cli.done("get", "key", "-o", "plain").out());
    assertTrue(
        cli.done("get", "key").out().contains("│ data             │ a\\u001B[2J\\nb\\u202E"));
  }

  @Test
  void keysAreEscapedWhereverTheyArePrinted() {
    String hostile = "q\"\n\u001b]0;x\u0007\u200f\u2066";
    cli.done("set", hostile, "v");
    String escaped = "q\"\\n\\u001B]0;x\\u0007\\u200F\\u2066";
    assertEquals(escaped + "\n", cli.done("keys").out());
    assertEquals("[\n\"q\\\"\\n\\u001b]0;x\\u0007\\u200f\\u2066\"]\n", cli.json("keys"));
    assertTrue(cli.done("items").out().startsWith(escaped + "\t"));
    assertEquals("v\n", cli.done("get", hostile).out());
  }

  @Test
  void severalAreWrittenReadAndRemovedAtOnce() {
    assertEquals("2\n", cli.done("set-many", "a", "1", "b", "2").out());
    cli.typing("{\"c\": [3], \"d\": null}").done("set-many", "-", "-t", "x");
    var some = cli.run("get-many", "a", "nope", "c");
    assertEquals(ExitCode.MISS, some.code());
    assertEquals(List.of("a", "c"), some.lines().stream().map(l -> l.split("\t")[0]).toList());
    assertEquals("{\"removed\": 2}\n", cli.json("delete-many", "a", "b", "zz"));
    assertEquals(ExitCode.MISS, cli.run("delete-many", "a").code());
    assertEquals("null\n", cli.done("get", "d").out());
    try (var cache = BlockingCachetronaut.open(cli.file)) {
      assertEquals(Set.of("x"), Set.copyOf(cache.metadata("c").orElseThrow().getTags()));
    }
  }

  @Test
  void removingSaysWhetherThereWasSomething() {
    cli.done("set", "key", "v");
    assertEquals("{\"removed\": 1}\n", cli.json("delete", "key"));
    assertEquals(ExitCode.MISS, cli.run("delete", "key").code());
    assertEquals(ExitCode.MISS, cli.run("key-metadata", "key").code());
  }
}
