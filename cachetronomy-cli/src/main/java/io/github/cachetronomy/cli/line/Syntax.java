package io.github.cachetronomy.cli.line;

import java.util.Arrays;
import java.util.List;

/**
 * What a command is called, and what may follow its name.
 *
 * <p>Immutable and thread-safe.
 *
 * @param arguments as the help shows them: {@code KEY} is needed, {@code KEY...} at least once,
 *     {@code [KEY]} may be left out
 */
public record Syntax(
    String name, String description, List<String> arguments, List<Option> options) {
  /** A command without arguments and options. */
  public static Syntax of(String name, String description) {
    return new Syntax(name, description, List.of(), List.of());
  }

  /** A copy with these arguments. */
  public Syntax arguments(String... arguments) {
    return new Syntax(name, description, List.of(arguments), options);
  }

  /** A copy with these options. */
  public Syntax options(Option... options) {
    return new Syntax(name, description, arguments, Arrays.asList(options));
  }

  int fewest() {
    return (int) arguments.stream().filter(argument -> !argument.startsWith("[")).count();
  }

  int most() {
    boolean many = arguments.stream().anyMatch(argument -> argument.contains("..."));
    return many ? Integer.MAX_VALUE : arguments.size();
  }
}
