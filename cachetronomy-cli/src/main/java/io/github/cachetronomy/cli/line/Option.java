package io.github.cachetronomy.cli.line;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An option of the command line.
 *
 * <p>Immutable and thread-safe.
 *
 * @param label what its value is called in the help; null = it is a flag
 * @param choices the values it takes; empty = any
 */
public record Option(
    List<String> names, @Nullable String label, List<String> choices, String description) {
  /** One that is there or not; {@code --flag=false} is as if it were not. */
  public static Option flag(String description, String... names) {
    return new Option(List.of(names), null, List.of("true", "false"), description);
  }

  /** One with a value. */
  public static Option value(String label, String description, String... names) {
    return new Option(List.of(names), label, List.of(), description);
  }

  /** One with a value out of a few. */
  public static Option choice(
      String label, List<String> choices, String description, String... names) {
    return new Option(List.of(names), label, choices, description);
  }

  /** What it is called in messages. */
  public String name() {
    return names.get(0);
  }

  /** Whether it has a value of its own. */
  public boolean takesValue() {
    return label != null;
  }
}
