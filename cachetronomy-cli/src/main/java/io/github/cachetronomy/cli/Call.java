package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Given;
import io.github.cachetronomy.cli.line.UsageException;
import io.github.cachetronomy.cli.print.Form;
import io.github.cachetronomy.cli.print.Output;
import io.github.cachetronomy.cli.print.Printer;
import io.github.cachetronomy.cli.print.Progress;
import io.github.cachetronomy.cli.print.Terminal;
import io.github.cachetronomy.core.StoreUnavailableException;
import io.github.cachetronomy.core.settings.CacheSettings;
import io.github.cachetronomy.interop.BlockingCachetronaut;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToIntFunction;

/** One run of a command: what was typed, and what it works with. Not thread-safe. */
record Call(Given given, Terminal terminal, InputStream in, Output out, Output err) {
  /** Opens the file to look at it. */
  int reading(ToIntFunction<BlockingCachetronaut> work) {
    try (BlockingCachetronaut cache =
        BlockingCachetronaut.builder(settings()).serializers(Serializers.READING).buildReadOnly()) {
      return work.applyAsInt(meant(cache));
    }
  }

  /** Opens the file to change what it has. Where there is none, there is nothing to change. */
  int changing(ToIntFunction<BlockingCachetronaut> work) {
    file();
    return writing(work);
  }

  /** The file that is meant, which is there. */
  Path file() {
    Path file = settings().getDbPath();
    if (!Files.exists(file)) {
      throw new StoreUnavailableException("there is no file " + file, null);
    }
    return file;
  }

  /** Opens the file to add to it, making it where there is none. A damaged one is left as it is. */
  int writing(ToIntFunction<BlockingCachetronaut> work) {
    try (BlockingCachetronaut cache =
        BlockingCachetronaut.builder(settings())
            .requireStore(true)
            .setAsideDamaged(false)
            .build()) {
      return work.applyAsInt(meant(cache));
    }
  }

  /** The part of the cache that the keys are of. */
  private BlockingCachetronaut meant(BlockingCachetronaut cache) {
    String namespace = given.value(Options.NAMESPACE);
    return namespace == null ? cache : cache.namespace(namespace);
  }

  /** The file and the profile that are meant. */
  CacheSettings settings() {
    Values.namespace(given.value(Options.NAMESPACE));
    String path = given.value(Options.DB_PATH);
    if (path != null && path.isBlank()) {
      throw new UsageException(Options.DB_PATH.name() + " is empty");
    }
    return CacheSettings.load(path == null ? null : Path.of(path), null);
  }

  /** Prints in the form that was asked for. */
  Printer printer() {
    return Form.printer(given.value(Options.OUTPUT), out, terminal);
  }

  /** A bar for what takes long, where somebody looks at it. */
  Progress progress(String what) {
    return new Progress(err, terminal, what);
  }

  /** Tells something beside the answer. */
  void note(String message) {
    err.println("cachetronomy: " + message);
  }
}
