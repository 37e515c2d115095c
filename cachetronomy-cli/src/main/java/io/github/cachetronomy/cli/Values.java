package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Given;
import io.github.cachetronomy.cli.line.UsageException;
import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.serialization.Formats;
import io.github.cachetronomy.core.serialization.SerializerRegistry;
import io.github.cachetronomy.core.serialization.UntypedJson;
import io.github.cachetronomy.interop.TypeRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is to be written, and how, from what was typed. Refuses before any file is opened. */
final class Values {
  /** What stands for standard input. */
  static final String STANDARD_INPUT = "-";

  /** Values are written as anything, so that anybody reads them. */
  static final TypeRef<@Nullable Object> ANYTHING = new TypeRef<>() {};

  private static final int LONGEST_KEY = 65_536;
  private static final int LONGEST_NAMESPACE = 255;

  private Values() {}

  /** Refuses the name of a namespace that cannot be one; null = none was given. */
  static void namespace(@Nullable String name) {
    if (name != null && (name.isEmpty() || name.length() > LONGEST_NAMESPACE)) {
      throw new UsageException(
          Options.NAMESPACE.name() + " wants 1 to " + LONGEST_NAMESPACE + " chars");
    }
  }

  /** The value that {@code typed} is, read from standard input where that is asked for. */
  static @Nullable Object value(Call call, String typed) {
    boolean json = call.given().has(Options.JSON);
    boolean bytes = Formats.BYTES.equals(call.given().value(Options.PREFER));
    if (!typed.equals(STANDARD_INPUT)) {
      return json ? json(typed) : bytes ? typed.getBytes(StandardCharsets.UTF_8) : typed;
    }
    byte[] read = input(call);
    if (bytes && !json) {
      return read;
    }
    String text = text(read);
    return json ? json(text) : text;
  }

  /** All of standard input, a JSON object with a value for each key. */
  static Map<?, ?> object(Call call) {
    if (json(text(input(call))) instanceof Map<?, ?> object) {
      return object;
    }
    throw new UsageException("standard input is no JSON object");
  }

  private static byte[] input(Call call) {
    try {
      return call.in().readAllBytes();
    } catch (IOException failure) {
      throw new UncheckedIOException("standard input cannot be read", failure);
    }
  }

  private static String text(byte[] bytes) {
    try {
      return Serializers.text(bytes);
    } catch (IllegalArgumentException other) {
      throw new UsageException("standard input is not UTF-8; --prefer bytes stores it as it is");
    }
  }

  private static @Nullable Object json(String text) {
    try {
      return UntypedJson.read(text);
    } catch (IllegalArgumentException refused) {
      throw new UsageException("the value is no JSON: " + refused.getMessage());
    }
  }

  /** {@code key}, if it can be one. */
  static String key(String key) {
    if (key.isEmpty()) {
      throw new UsageException("a key must not be empty");
    }
    if (key.length() > LONGEST_KEY) {
      throw new UsageException("a key has at most " + LONGEST_KEY + " chars");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
      throw new UsageException("a key is a text of whole characters");
    }
    return key;
  }

  /** How values are written. */
  static EntryOptions options(Given given) {
    EntryOptions options = EntryOptions.defaults();
    Long seconds = given.number(Options.TIME_TO_LIVE);
    if (seconds != null) {
      options = options.withTimeToLive(Duration.ofSeconds(seconds));
    }
    Long version = given.number(Options.VERSION);
    if (version != null) {
      options = options.withVersion(version);
    }
    List<String> tags = given.values(Options.TAGS);
    if (!tags.isEmpty()) {
      options = options.withTags(tags(tags));
    }
    String format = given.value(Options.PREFER);
    if (format != null) {
      if (!SerializerRegistry.standard().getFormats().contains(format)) {
        throw new UsageException(
            Options.PREFER.name() + " is one of " + SerializerRegistry.standard().getFormats());
      }
      options = options.withFormat(format);
    }
    return options;
  }

  /** Tags as typed: each one tag, or a JSON list of them. */
  static List<String> tags(List<String> typed) {
    List<String> tags = new ArrayList<>();
    for (String each : typed) {
      List<String> listed = each.startsWith("[") ? list(each) : null;
      if (listed == null) {
        tags.add(each);
      } else {
        tags.addAll(listed);
      }
    }
    return tags;
  }

  private static @Nullable List<String> list(String text) {
    try {
      if (UntypedJson.read(text) instanceof List<?> list
          && list.stream().allMatch(String.class::isInstance)) {
        return list.stream().map(String.class::cast).toList();
      }
      return null;
    } catch (IllegalArgumentException none) {
      return null;
    }
  }
}
