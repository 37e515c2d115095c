package io.github.cachetronomy.cli.line;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was typed, understood.
 *
 * <p>Immutable and thread-safe.
 *
 * @param command the name of the command; null = there was none
 */
public record Given(
    @Nullable String command, List<String> arguments, Map<Option, List<String>> options) {
  /** The argument in that place, from 0. */
  public String argument(int index) {
    return arguments.get(index);
  }

  /** Whether a flag is there, and not taken back. */
  public boolean has(Option flag) {
    return "true".equals(value(flag));
  }

  /** The value of an option, the last where it was given twice; null = it was not given. */
  public @Nullable String value(Option option) {
    List<String> values = values(option);
    return values.isEmpty() ? null : values.get(values.size() - 1);
  }

  /** All values of an option, in order. */
  public List<String> values(Option option) {
    return options.getOrDefault(option, List.of());
  }

  /**
   * The value of an option that wants a whole number; null = it was not given.
   *
   * @throws UsageException if it is none
   */
  public @Nullable Long number(Option option) {
    String value = value(option);
    try {
      return value == null ? null : Long.valueOf(value);
    } catch (NumberFormatException notOne) {
      throw wrong(option, "a whole number", value);
    }
  }

  /**
   * How many of something an option asks for, where 0 stands for all; {@code unsaid} if it was not
   * given.
   *
   * @throws UsageException if it is no number from 0
   */
  public int limit(Option option, int unsaid) {
    Long number = number(option);
    if (number == null) {
      return unsaid;
    }
    if (number < 0) {
      throw wrong(option, "0 for all or more", number);
    }
    return number == 0 || number > Integer.MAX_VALUE ? Integer.MAX_VALUE : number.intValue();
  }

  private static UsageException wrong(Option option, String wanted, @Nullable Object value) {
    return new UsageException(option.name() + " wants " + wanted + ", not '" + value + "'");
  }
}
