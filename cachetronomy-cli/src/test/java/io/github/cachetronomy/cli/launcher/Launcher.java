package io.github.cachetronomy.cli.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts the script that the build has made, in a folder, and waits for its end. */
final class Launcher {
  static final String SCRIPT = System.getProperty("cachetronomy.launcher", "cachetronomy");

  private static final int SECONDS = 60;

  final Map<String, String> environment = new HashMap<>();
  private final Path folder;

  Launcher(Path folder) {
    this.folder = folder;
    environment.put("JAVA_HOME", System.getProperty("java.home"));
  }

  /** What a process gave. */
  record Result(int code, String out, String err) {}

  /** Runs the script with {@code args}. */
  Result run(String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of(SCRIPT));
    command.addAll(Arrays.asList(args));
    return process(command);
  }

  /** Runs a line of shell in which {@code $C} is the script. */
  Result shell(String line) throws Exception {
    return process(List.of("bash", "-c", line));
  }

  /** Starts a line of shell whose output is read, and input written, by the caller. */
  Process start(String line) throws IOException {
    return builder(List.of("bash", "-c", line)).redirectErrorStream(true).start();
  }

  private Result process(List<String> command) throws Exception {
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    try {
      Process process =
          builder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      process.getOutputStream().close();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " does not end");
      }
      return new Result(process.exitValue(), read(out), read(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  private ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().remove("CACHE_DB_PATH");
    builder.environment().put("C", SCRIPT);
    builder.environment().putAll(environment);
    return builder;
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
