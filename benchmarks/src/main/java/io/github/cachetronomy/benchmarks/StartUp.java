package io.github.cachetronomy.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures how long one start of the command takes, beside what starts else: one process after the
 * other, in turn, so that a slower moment of the machine meets all of them. Needs nothing but the
 * JDK.
 *
 * <p>Arguments: the folder with {@code cachetronomy} and {@code cachetronomy.jar}, and how often
 * (31 unless given).
 */
public final class StartUp {
  private static final int WARM_UP = 3;

  private StartUp() {}

  /** Runs and prints. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path home = Path.of(arguments[0]).toRealPath();
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 31;
    String script = home.resolve("cachetronomy").toString();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String jar = home.resolve("cachetronomy.jar").toString();
    Path folder = Files.createTempDirectory("start-up");
    try {
      String file = folder.resolve("cache.db").toString();
      millis(List.of(script, "set", "key", "value", "--db-path", file));
      Map<String, List<String>> commands = new LinkedHashMap<>();
      commands.put(
          "plain `java -jar cachetronomy.jar get KEY`",
          List.of(java, "-jar", jar, "get", "key", "--db-path", file));
      commands.put("`cachetronomy get KEY`", List.of(script, "get", "key", "--db-path", file));
      commands.put("`cachetronomy --help`", List.of(script, "--help"));
      commands.put("`java -version`", List.of(java, "-version"));
      commands.put("`python3 -c 'import sqlite3'`", List.of(python(), "-c", "import sqlite3"));
      print(measure(commands, rounds));
    } finally {
      try (Stream<Path> all = Files.list(folder)) {
        for (Path each : all.toList()) {
          Files.delete(each);
        }
      }
      Files.delete(folder);
    }
  }

  /**
   * The program itself: what stands on the path may be a script that looks for it at each start.
   */
  private static String python() throws IOException {
    String where = "import sys; print(sys.executable)";
    Process process = new ProcessBuilder("python3", "-c", where).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  private static Map<String, List<Double>> measure(Map<String, List<String>> commands, int rounds)
      throws IOException, InterruptedException {
    Map<String, List<Double>> times = new LinkedHashMap<>();
    for (int round = -WARM_UP; round < rounds; round++) {
      for (var command : commands.entrySet()) {
        double millis = millis(command.getValue());
        if (round >= 0) {
          times.computeIfAbsent(command.getKey(), any -> new ArrayList<>()).add(millis);
        }
      }
    }
    return times;
  }

  private static double millis(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    long begun = System.nanoTime();
    Process process = builder.start();
    if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + " failed");
    }
    return (System.nanoTime() - begun) / 1e6;
  }

  private static void print(Map<String, List<Double>> times) {
    System.out.printf("JDK %s%n%n", Runtime.version().feature());
    System.out.println("| start | least | median | ratio |");
    System.out.println("|---|---:|---:|---:|");
    double first = median(times.values().iterator().next());
    times.forEach(
        (what, all) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %.0f ms | %.0f ms | %.2f |%n",
                what,
                Collections.min(all),
                median(all),
                median(all) / first));
  }

  private static double median(List<Double> times) {
    return times.stream().sorted().toList().get(times.size() / 2);
  }
}
