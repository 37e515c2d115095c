package io.github.cachetronomy.cli;

import io.github.cachetronomy.core.EntryMetadata;
import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.serialization.Formats;
import io.github.cachetronomy.interop.BlockingCachetronaut;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes values so that whoever comes can read them. The formats that have no form without a type
 * get values as what they are.
 */
final class Writing {
  private static final Set<String> UNTYPED = Set.of(Formats.JSON, Formats.MSGPACK);

  private Writing() {}

  static EntryMetadata set(
      BlockingCachetronaut cache, String key, @Nullable Object value, EntryOptions options) {
    return value == null || isUntyped(options)
        ? cache.set(key, value, Values.ANYTHING, options)
        : cache.set(key, value, options);
  }

  static void setMany(
      BlockingCachetronaut cache, Map<String, @Nullable Object> values, EntryOptions options) {
    if (values.containsValue(null) || isUntyped(options)) {
      cache.setMany(values, Values.ANYTHING, options);
    } else {
      cache.setMany(values, options);
    }
  }

  private static boolean isUntyped(EntryOptions options) {
    String format = options.getFormat();
    return format == null || UNTYPED.contains(format);
  }
}
