package io.github.cachetronomy.cli;

import io.github.cachetronomy.core.Lookup;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Prints a value. */
@Command(name = "get", description = "prints the value of a key; exit code 1 where there is none")
final class GetCommand implements Callable<Integer> {
  @ParentCommand Cachetronomy root = new Cachetronomy();

  @Parameters(paramLabel = "KEY")
  String key = "";

  @Option(
      names = {"--default", "-d"},
      paramLabel = "TEXT",
      description = "what to print where there is no value")
  @Nullable String otherwise;

  @Option(names = "--no-promote", description = "accepted; reading never changes the file")
  boolean noPromote;

  @Override
  public Integer call() {
    return root.reading(
        cache -> {
          Lookup<@Nullable Object> found = cache.find(key, Object.class);
          if (found instanceof Lookup.Hit<@Nullable Object> hit) {
            root.printer().value(hit.getValue());
            return ExitCode.DONE;
          }
          if (otherwise != null) {
            root.printer().value(otherwise);
          }
          return ExitCode.MISS;
        });
  }
}
