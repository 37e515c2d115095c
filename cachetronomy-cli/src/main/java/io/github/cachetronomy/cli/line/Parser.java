package io.github.cachetronomy.cli.line;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a command line: options and arguments in any order, {@code --name value} and {@code
 * --name=value}, everything behind {@code --} an argument. What looks like a negative number is an
 * argument, too, and so is a single dash.
 *
 * <p>Not thread-safe; reads one line.
 */
public final class Parser {
  private final List<Option> known;
  private final Collection<String> names;
  private final Function<String, @Nullable Syntax> syntaxes;

  private final Deque<String> rest;
  private final List<String> arguments = new ArrayList<>();

  /** By identity: records are compared by code that is made up at run time, and slows a start. */
  private final Map<Option, List<String>> options = new IdentityHashMap<>();

  private @Nullable Syntax command;

  /**
   * One for {@code line}.
   *
   * @param everywhere the options that every command has
   * @param names the names of all commands
   * @param syntaxes the syntax of a command; null = there is none of the name
   */
  public Parser(
      Collection<Option> everywhere,
      Collection<String> names,
      Function<String, @Nullable Syntax> syntaxes,
      String... line) {
    this.known = new ArrayList<>(everywhere);
    this.names = names;
    this.syntaxes = syntaxes;
    this.rest = new ArrayDeque<>(Arrays.asList(line));
  }

  /**
   * Reads it.
   *
   * @param unchecked the flags with which it does not matter how many arguments there are
   * @throws UsageException if it cannot be understood
   */
  public Given parse(Option... unchecked) {
    boolean onlyArguments = false;
    while (!rest.isEmpty()) {
      String word = rest.remove();
      if (!onlyArguments && word.equals("--")) {
        onlyArguments = true;
      } else if (!onlyArguments && isOption(word)) {
        option(word);
      } else if (command == null) {
        command = named(word);
      } else {
        arguments.add(word);
      }
    }
    Given given = new Given(command == null ? null : command.name(), arguments, options);
    if (command != null && Arrays.stream(unchecked).noneMatch(given::has)) {
      count(command);
    }
    return given;
  }

  private static boolean isOption(String word) {
    if (word.length() < 2 || word.charAt(0) != '-') {
      return false;
    }
    char second = word.charAt(1);
    return !(second == '.' || (second >= '0' && second <= '9'));
  }

  private void option(String word) {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    Option option = find(name);
    if (option == null) {
      throw unknown(name);
    }
    String value = equals < 0 ? null : word.substring(equals + 1);
    if (value == null) {
      value = option.takesValue() ? next(option) : "true";
    }
    if (!option.choices().isEmpty() && !option.choices().contains(value)) {
      String choices = String.join(", ", option.choices());
      throw new UsageException(option.name() + " is one of " + choices + ", not '" + value + "'");
    }
    options.computeIfAbsent(option, first -> new ArrayList<>()).add(value);
  }

  /** The next word, whatever it looks like, unless it is an option for sure. */
  private String next(Option option) {
    String word = rest.peek();
    if (word == null || word.equals("--") || find(word) != null) {
      throw new UsageException(option.name() + " wants a value: " + option.label());
    }
    return rest.remove();
  }

  /** Options of the command come first: {@code set} has a {@code --version} of its own. */
  private @Nullable Option find(String name) {
    for (int i = known.size() - 1; i >= 0; i--) {
      if (known.get(i).names().contains(name)) {
        return known.get(i);
      }
    }
    return null;
  }

  private Syntax named(String word) {
    Syntax syntax = syntaxes.apply(word);
    if (syntax == null) {
      throw new UsageException("there is no command '" + word + "'" + Hints.of(word, names));
    }
    known.addAll(syntax.options());
    return syntax;
  }

  private UsageException unknown(String name) {
    List<String> all = known.stream().flatMap(option -> option.names().stream()).toList();
    String where = command == null ? " before the command" : " of '" + command.name() + "'";
    return new UsageException("there is no option '" + name + "'" + where + Hints.of(name, all));
  }

  /** Says what is wanted, not what was given: that may be a value. */
  private void count(Syntax syntax) {
    if (arguments.size() >= syntax.fewest() && arguments.size() <= syntax.most()) {
      return;
    }
    String wanted =
        syntax.arguments().isEmpty() ? "no arguments" : String.join(" ", syntax.arguments());
    throw new UsageException(
        "'" + syntax.name() + "' wants " + wanted + "; it got " + arguments.size() + " arguments");
  }
}
