package io.github.cachetronomy.examples.atlas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class ProgressTest {
  private final ByteArrayOutputStream drawn = new ByteArrayOutputStream();
  private final PrintStream terminal = new PrintStream(drawn, true, StandardCharsets.UTF_8);

  @Test
  void aTerminalSeesHowFarTheReadingHasCome() {
    try (Progress progress = new Progress(2, terminal)) {
      progress.reading();
      progress.done();
      progress.done();
    }
    String bar = drawn.toString(StandardCharsets.UTF_8);
    assertTrue(bar.contains("Reading"), bar);
    assertTrue(bar.contains("2/2"), bar);
  }

  @Test
  void aRunThatReadsNothingStaysQuiet() {
    try (Progress progress = new Progress(2, terminal)) {
      progress.done();
      progress.done();
    }
    assertEquals("", drawn.toString(StandardCharsets.UTF_8));
  }

  @Test
  void withoutATerminalNothingIsDrawn() {
    try (Progress progress = new Progress(2, null)) {
      progress.reading();
      progress.done();
    }
    assertEquals("", drawn.toString(StandardCharsets.UTF_8));
  }
}
