package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.Lookup;
import io.github.cachetronomy.core.engine.CacheEngine;
import io.github.cachetronomy.core.engine.reads.LoadRequest;
import io.github.cachetronomy.core.spi.ValueType;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How both doors ask the engine and what they make of its answers. */
final class Answers {
  private Answers() {}

  /** In Java a null is a value of every type, so a cached null is an answer. */
  static LoadRequest request(ValueType type, EntryOptions options) {
    return new LoadRequest(type, options, true);
  }

  static Lookup<@Nullable Object> lookup(
      CacheEngine engine, String key, ValueType type, ReadOptions options) {
    return engine.find(key, type, options.version(), options.promote(), options.strict());
  }

  static <T> Optional<T> value(Lookup<@Nullable Object> lookup) {
    return lookup instanceof Lookup.Hit<@Nullable Object> hit
        ? optional(hit.getValue())
        : Optional.empty();
  }

  static <T> Optional<T> optional(@Nullable Object value) {
    return value == CacheEngine.NOTHING ? Optional.empty() : Optional.ofNullable(unchecked(value));
  }

  /** What was given one after another; a copy, in which nulls may be. */
  static List<@Nullable Object> list(@Nullable Object... given) {
    return Collections.unmodifiableList(Arrays.asList(given.clone()));
  }

  /** The engine gives a value only for the type it was asked for; the compiler cannot know. */
  @SuppressWarnings("unchecked")
  static <T extends @Nullable Object> T unchecked(@Nullable Object value) {
    return (T) value;
  }
}
