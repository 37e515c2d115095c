package io.github.cachetronomy.cli;

import io.github.cachetronomy.interop.BlockingCachetronaut;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** What every command shares: the file, the form of the output, and how the file is opened. */
@Command(
    name = "cachetronomy",
    description = "Looks into a cache file, and changes it.",
    mixinStandardHelpOptions = true,
    version = "cachetronomy 0.1.0-SNAPSHOT",
    scope = ScopeType.INHERIT)
final class Cachetronomy implements Callable<Integer> {
  @Option(
      names = {"--db-path", "-db"},
      paramLabel = "PATH",
      description = "the cache file; else CACHE_DB_PATH, else ./cachetronomy.db",
      scope = ScopeType.INHERIT)
  @Nullable Path file;

  @Option(
      names = {"--output", "-o"},
      paramLabel = "FORM",
      description = "table, json or plain; else a table on a terminal and plain elsewhere",
      scope = ScopeType.INHERIT)
  @Nullable Form output;

  @Option(
      names = "--debug",
      description = "tell where an error came from",
      scope = ScopeType.INHERIT)
  boolean debug;

  @Spec @Nullable CommandSpec spec;

  /** The forms of the output. */
  enum Form {
    table,
    json,
    plain
  }

  @Override
  public Integer call() {
    spec().commandLine().usage(out());
    return ExitCode.DONE;
  }

  /** Opens the file to look at it. */
  int reading(ToIntFunction<BlockingCachetronaut> work) {
    try (BlockingCachetronaut cache = BlockingCachetronaut.openReadOnly(path())) {
      return work.applyAsInt(cache);
    }
  }

  /** Opens the file to change it, making it where there is none. */
  int writing(ToIntFunction<BlockingCachetronaut> work) {
    try (BlockingCachetronaut cache =
        BlockingCachetronaut.builder(path()).requireStore(true).build()) {
      return work.applyAsInt(cache);
    }
  }

  /** Prints in the form that was asked for. */
  Printer printer() {
    Form form = output != null ? output : System.console() != null ? Form.table : Form.plain;
    return switch (form) {
      case table -> new TablePrinter(out());
      case json -> new JsonPrinter(out());
      case plain -> new PlainPrinter(out());
    };
  }

  private Path path() {
    if (file != null) {
      return file;
    }
    String set = System.getenv("CACHE_DB_PATH");
    return Path.of(set == null || set.isEmpty() ? "cachetronomy.db" : set);
  }

  private PrintWriter out() {
    return spec().commandLine().getOut();
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not parsed yet");
    }
    return spec;
  }
}
