package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Option;
import io.github.cachetronomy.cli.line.Syntax;
import io.github.cachetronomy.cli.print.Rows;
import io.github.cachetronomy.core.CacheEntry;
import io.github.cachetronomy.core.TagMatch;
import io.github.cachetronomy.interop.BlockingCachetronaut;
import io.github.cachetronomy.interop.KeyQuery;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Listings, sorted by key. */
final class ListCommands {
  private static final int ITEMS = 100;
  private static final Option SOME = Options.limit("100");
  private static final Option ANY = Options.limit("all");

  private ListCommands() {}

  static Command items() {
    return new Command(
        Syntax.of("items", "lists entries with their values")
            .options(Options.NAMESPACE, SOME, Options.PREFIX, Options.TAG, Options.EXPIRED),
        call -> {
          int most = call.given().limit(SOME, ITEMS);
          return call.reading(
              cache -> {
                var rows = entries(call, cache).limit(most).map(Rows::of);
                call.printer().objects(Rows.ENTRY, rows.iterator());
                return ExitCode.DONE;
              });
        });
  }

  static Command storeMetadata() {
    return new Command(
        Syntax.of("store-metadata", "lists entries without their values")
            .options(Options.NAMESPACE, ANY, Options.PREFIX, Options.TAG, Options.EXPIRED),
        call -> {
          int most = call.given().limit(ANY, Integer.MAX_VALUE);
          return call.reading(
              cache -> {
                var rows =
                    entries(call, cache).limit(most).map(entry -> Rows.of(entry.getMetadata()));
                call.printer().objects(Rows.METADATA, rows.iterator());
                return ExitCode.DONE;
              });
        });
  }

  static Command keys() {
    return keys("keys");
  }

  static Command allKeys() {
    return keys("all-keys");
  }

  static Command storeKeys() {
    return keys("store-keys");
  }

  private static Command keys(String name) {
    return new Command(
        Syntax.of(name, "lists the keys of entries")
            .options(Options.NAMESPACE, ANY, Options.PREFIX, Options.TAG, Options.EXPIRED),
        call -> {
          int most = call.given().limit(ANY, Integer.MAX_VALUE);
          return call.reading(
              cache -> {
                String tag = call.given().value(Options.TAG);
                Stream<String> keys =
                    tag == null
                        ? cache.keys(query(call))
                        : cache.keysByTags(Set.of(tag), TagMatch.ANY, query(call));
                call.printer().values("key", keys.limit(most).iterator());
                return ExitCode.DONE;
              });
        });
  }

  private static Stream<CacheEntry<@Nullable Object>> entries(
      Call call, BlockingCachetronaut cache) {
    String tag = call.given().value(Options.TAG);
    return cache
        .<Object>entries(Object.class, query(call))
        .filter(entry -> tag == null || entry.getMetadata().getTags().contains(tag));
  }

  private static KeyQuery query(Call call) {
    String prefix = call.given().value(Options.PREFIX);
    return KeyQuery.prefix(prefix == null ? "" : prefix)
        .withIncludeExpired(call.given().has(Options.EXPIRED));
  }
}
