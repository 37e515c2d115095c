package io.github.cachetronomy.examples.atlas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the programs as a user does: twice, in two processes, on one cache file. */
@Tag("fast")
class RestartTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "JdkAtlasKt, JdkAtlasKt",
    "JdkAtlasJava, JdkAtlasJava",
    "JdkAtlasKt, JdkAtlasJava",
    "JdkAtlasJava, JdkAtlasKt",
  })
  void secondProcessFindsEveryReportInTheFile(String first, String second) throws Exception {
    Output reading = run(first);
    Output remembering = run(second);

    assertTrue(reading.summary().contains("store hits 0, loads 2."), reading.summary());
    assertTrue(remembering.summary().contains("store hits 2, loads 0."), remembering.summary());
    assertTrue(remembering.summary().contains("The first run took "), remembering.summary());
    assertEquals(reading.table(), remembering.table());
  }

  private Output run(String program) throws IOException, InterruptedException {
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-classpath",
                System.getProperty("java.class.path"),
                getClass().getPackageName() + "." + program,
                "--modules",
                "java.base,java.sql",
                folder.resolve("atlas.db").toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(1, TimeUnit.MINUTES);
    process.destroyForcibly();

    String text = Files.readString(output);
    assertTrue(ended && process.exitValue() == 0, text);
    assertFalse(text.contains("SLF4J"), text);
    assertFalse(text.contains("\u001b") || text.contains("Reading"), "a progress bar: " + text);
    return Output.of(text);
  }

  /** The three paragraphs of what a run prints: which JDK, the table, what happened. */
  private record Output(String jdk, String table, String summary) {
    static Output of(String text) {
      String[] paragraphs = text.strip().split("\\R\\R");
      assertEquals(3, paragraphs.length, text);
      return new Output(paragraphs[0], paragraphs[1], paragraphs[2]);
    }
  }
}
