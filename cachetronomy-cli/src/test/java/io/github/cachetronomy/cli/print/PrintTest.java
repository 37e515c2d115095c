package io.github.cachetronomy.cli.print;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tables and bars, to the character. */
@Tag("fast")
class PrintTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Output out = new Output(bytes);

  private String printed() {
    out.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static Map<String, @Nullable Object> row(@Nullable Object key, @Nullable Object data) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("key", key);
    row.put("data", data);
    return row;
  }

  private void table(Terminal terminal, Map<String, @Nullable Object> row) {
    Form.printer("table", out, terminal).objects(List.of("key", "data"), List.of(row).iterator());
  }

  @Test
  void aTableIsAsWideAsItsCells() {
    table(Terminal.NONE, row("日本", List.of(1, 2)));
    assertEquals(
        """
        ╭──────┬────────╮
        │ key  │ data   │
        ├──────┼────────┤
        │ 日本 │ [1, 2] │
        ╰──────┴────────╯
        """,
        printed());
  }

  @Test
  void andNoWiderThanTheTerminal() {
    table(new Terminal(true, true, 30, false), row("k", "x".repeat(100)));
    assertEquals(
        """
        ╭─────┬──────────────────────╮
        │ key │ data                 │
        ├─────┼──────────────────────┤
        │ k   │ xxxxxxxxxxxxxxxxxxx… │
        ╰─────┴──────────────────────╯
        """,
        printed());
  }

  @Test
  void coloursAreForTerminalsThatWantThem() {
    table(new Terminal(true, true, 0, true), row("k", null));
    assertTrue(printed().contains("\u001b[1mkey\u001b[0m"));
  }

  @Test
  void aBarIsDrawnInPlaceAndTakenAway() {
    progress(new Terminal(true, true, 0, false));
    String half = "\r\u001b[Kcheck [" + "#".repeat(15) + " ".repeat(15) + "] 50 %";
    String all = "\r\u001b[Kcheck [" + "#".repeat(30) + "] 100 %";
    assertEquals(half + all + "\r\u001b[K", printed());
  }

  @Test
  void noBarIsDrawnWhereErrorsGoElsewhere() {
    progress(Terminal.NONE);
    assertEquals("", printed());
  }

  /**
   * A tenth of a second goes by between the first and the second call, and between the third and
   * the fourth.
   */
  private void progress(Terminal terminal) {
    long[] now = {0};
    try (Progress progress = new Progress(out, terminal, "check", () -> now[0])) {
      progress.update(0, 2);
      now[0] += 100_000_000;
      progress.update(1, 2);
      progress.update(1, 2);
      now[0] += 100_000_000;
      progress.update(2, 2);
    }
  }
}
