package io.github.cachetronomy.cli;

import io.github.cachetronomy.interop.KeyQuery;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Lists keys. */
@Command(name = "keys", description = "lists the keys of entries that are not expired, sorted")
final class KeysCommand implements Callable<Integer> {
  @ParentCommand Cachetronomy root = new Cachetronomy();

  @Option(names = "--prefix", paramLabel = "TEXT", description = "only keys that begin with this")
  String prefix = "";

  @Option(names = "--expired", description = "expired ones too")
  boolean expired;

  @Override
  public Integer call() {
    return root.reading(
        cache -> {
          KeyQuery query = KeyQuery.prefix(prefix).withIncludeExpired(expired);
          try (Stream<String> keys = cache.keys(query)) {
            root.printer().values("key", keys.iterator());
          }
          return ExitCode.DONE;
        });
  }
}
