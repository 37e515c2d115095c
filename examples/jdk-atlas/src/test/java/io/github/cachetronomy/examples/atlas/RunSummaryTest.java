package io.github.cachetronomy.examples.atlas;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class RunSummaryTest {
  private static final Path FILE = Path.of("atlas.db");
  private static final Optional<Duration> FIRST_RUN = Optional.of(Duration.ofMillis(2_720));

  @Test
  void firstRunReadsEverything() {
    var summary = new RunSummary(FILE, 0, 0, 70, Duration.ofMillis(2_720), FIRST_RUN);

    assertEquals(
        List.of(
            "Read 70 modules from the JDK's class files in 2.72 s.",
            "Memory hits 0, store hits 0, loads 70.",
            "The reports are kept in atlas.db now; the next run opens no class file."),
        summary.lines());
  }

  @Test
  void laterRunTellsTheSpeedUp() {
    var summary = new RunSummary(FILE, 0, 70, 0, Duration.ofMillis(68), FIRST_RUN);

    assertEquals(
        List.of(
            "Took 70 modules from atlas.db in 0.07 s.",
            "Memory hits 0, store hits 70, loads 0.",
            "The first run took 2.72 s: this one was 40 times as fast."),
        summary.lines());
  }

  @Test
  void smallSpeedUpKeepsADigit() {
    var summary = new RunSummary(FILE, 0, 70, 0, Duration.ofMillis(1_700), FIRST_RUN);

    assertEquals(
        "The first run took 2.72 s: this one was 1.6 times as fast.", summary.lines().get(2));
  }

  @Test
  void interruptedFirstRunIsContinued() {
    var summary = new RunSummary(FILE, 0, 69, 1, Duration.ofMillis(500), Optional.empty());

    assertEquals(
        "Took 69 modules from atlas.db and read 1 module anew in 0.50 s.", summary.lines().get(0));
  }

  @Test
  void unknownFirstRunIsNotCompared() {
    var summary = new RunSummary(FILE, 0, 70, 0, Duration.ofMillis(68), Optional.empty());

    assertEquals(2, summary.lines().size());
  }
}
