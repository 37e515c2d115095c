package io.github.cachetronomy.cli;

import io.github.cachetronomy.core.EntryMetadata;
import io.github.cachetronomy.core.EntryOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Writes a value. */
@Command(name = "set", description = "writes a text under a key, and prints what was written")
final class SetCommand implements Callable<Integer> {
  @ParentCommand Cachetronomy root = new Cachetronomy();

  @Parameters(index = "0", paramLabel = "KEY")
  String key = "";

  @Parameters(index = "1", paramLabel = "VALUE")
  String value = "";

  @Option(
      names = {"--time-to-live", "-ttl"},
      paramLabel = "SECONDS",
      description = "how long the entry lives; the profile says unless given")
  @Nullable Long seconds;

  @Option(
      names = {"--version", "-v"},
      paramLabel = "NUMBER",
      description = "the version stamped on the entry")
  @Nullable Long version;

  @Option(
      names = {"--tags", "-t"},
      paramLabel = "TAG",
      description = "a tag; may be given several times")
  @Nullable List<String> tags;

  @Option(
      names = {"--prefer", "-p"},
      paramLabel = "FORMAT",
      description = "the format the value is stored in")
  @Nullable String format;

  @Override
  public Integer call() {
    EntryOptions options = EntryOptions.defaults();
    if (seconds != null) {
      options = options.withTimeToLive(Duration.ofSeconds(seconds));
    }
    if (version != null) {
      options = options.withVersion(version);
    }
    if (tags != null) {
      options = options.withTags(tags);
    }
    if (format != null) {
      options = options.withFormat(format);
    }
    EntryOptions given = options;
    return root.writing(
        cache -> {
          EntryMetadata written = cache.set(key, value, given);
          root.printer().object(Rows.entry(written));
          return ExitCode.DONE;
        });
  }
}
