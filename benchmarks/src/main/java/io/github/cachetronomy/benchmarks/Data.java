package io.github.cachetronomy.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;

/** What the benchmarks read and write: a thousand keys and values of about a hundred bytes. */
final class Data {
  static final int KEYS = 1_000;

  private Data() {}

  static String[] keys() {
    String[] keys = new String[KEYS];
    for (int i = 0; i < KEYS; i++) {
      keys[i] = "user:" + (100_000 + i);
    }
    return keys;
  }

  /** The keys in an order of their own, the same in each run. */
  static String[] shuffled() {
    String[] keys = keys();
    Random random = new Random(7);
    for (int i = keys.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      String swapped = keys[i];
      keys[i] = keys[j];
      keys[j] = swapped;
    }
    return keys;
  }

  /** Another number, another value: SQLite skips a write that changes nothing. */
  static String value(long number) {
    return "value-" + number + "-" + "x".repeat(80);
  }

  static Path folder() {
    try {
      return Files.createTempDirectory("cachetronomy-benchmark");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static void delete(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
