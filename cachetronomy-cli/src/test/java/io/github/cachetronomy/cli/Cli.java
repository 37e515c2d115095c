package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.print.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs command lines on one file, in this process. */
final class Cli {
  final Path file;
  Terminal terminal = Terminal.NONE;
  byte[] input = {};

  Cli(Path file) {
    this.file = file;
  }

  /** What a command line gave. */
  record Result(int code, byte[] bytes, String err) {
    String out() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    List<String> lines() {
      return out().lines().toList();
    }
  }

  /** Runs {@code args}, on the file unless they name another. */
  Result run(String... args) {
    List<String> all = new ArrayList<>(List.of("--db-path", file.toString()));
    all.addAll(List.of(args));
    return bare(all.toArray(String[]::new));
  }

  /** Runs {@code args} and nothing else. */
  Result bare(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Main.run(new ByteArrayInputStream(input), out, err, terminal, args);
    return new Result(code, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }

  /** The JSON that {@code args} print. */
  String json(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--output=json");
    return run(all.toArray(String[]::new)).out();
  }

  /** Runs {@code args}, which have to end well. */
  Result done(String... args) {
    Result result = run(args);
    if (result.code() != ExitCode.DONE) {
      throw new AssertionError(String.join(" ", args) + ": " + result.code() + " " + result.err());
    }
    return result;
  }

  Cli typing(String text) {
    input = text.getBytes(StandardCharsets.UTF_8);
    return this;
  }
}
