package io.github.cachetronomy.cli.line;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.DefaultParser.NonOptionAction;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a command line: options and arguments in any order, {@code --name value} and {@code
 * --name=value}, everything behind {@code --} an argument. What looks like a negative number is an
 * argument, too, and so is a single dash.
 *
 * <p>Commons CLI tells options from their values and from arguments. It gets each option as it is
 * {@link #spelled}, so that it takes names as a whole and with their own dashes, and flags with a
 * value.
 *
 * <p>Not thread-safe; reads one line.
 */
public final class Parser {
  private static final String END_OF_OPTIONS = "--";

  /** The options in force by their names: the command's hide those that every command has. */
  private final Map<String, Option> known = new LinkedHashMap<>();

  private final Collection<String> names;
  private final Function<String, @Nullable Syntax> syntaxes;

  private final List<String> words;
  private final List<String> behindTheEnd;

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
    List<String> all = Arrays.asList(line);
    int end = all.contains(END_OF_OPTIONS) ? all.indexOf(END_OF_OPTIONS) : all.size();
    this.words = all.subList(0, end);
    this.behindTheEnd = all.subList(Math.min(end + 1, all.size()), all.size());
    this.names = names;
    this.syntaxes = syntaxes;
    know(everywhere);
  }

  /**
   * Reads it.
   *
   * @param unchecked the flags with which it does not matter how many arguments there are
   * @throws UsageException if it cannot be understood
   */
  public Given parse(Option... unchecked) {
    int unread = read(words, NonOptionAction.STOP).size();
    List<String> rest = words.subList(words.size() - unread, words.size());
    List<String> arguments = new ArrayList<>();
    if (!rest.isEmpty()) {
      refuseOption(rest.get(0));
      command = named(rest.get(0));
      arguments.addAll(read(rest.subList(1, rest.size()), NonOptionAction.SKIP));
      arguments.forEach(this::refuseOption);
    }
    arguments.addAll(behindTheEnd);
    if (command == null && !arguments.isEmpty()) {
      command = named(arguments.remove(0));
    }
    Given given = new Given(command == null ? null : command.name(), arguments, options);
    if (command != null && Arrays.stream(unchecked).noneMatch(given::has)) {
      count(command, arguments.size());
    }
    return given;
  }

  /** Keeps the options in a part of the line, and gives the words that are none. */
  private List<String> read(List<String> part, NonOptionAction atOthers) {
    Options asked = new Options();
    for (String name : known.keySet()) {
      asked.addOption(null, name, true, null);
    }
    String[] spelled = new String[part.size()];
    for (int i = 0; i < spelled.length; i++) {
      spelled[i] = spelled(part.get(i));
    }
    DefaultParser parser =
        DefaultParser.builder()
            .setAllowPartialMatching(false)
            .setStripLeadingAndTrailingQuotes(false)
            .get();
    CommandLine found;
    try {
      found = parser.parse(asked, null, atOthers, spelled);
    } catch (MissingArgumentException missing) {
      Option option = known.get(missing.getOption().getLongOpt());
      throw new UsageException(option.name() + " wants a value: " + option.label());
    } catch (ParseException unasked) {
      throw new IllegalStateException("nothing else is asked of Commons CLI", unasked);
    }
    for (var given : found.getOptions()) {
      keep(known.get(given.getLongOpt()), given.getValue());
    }
    return found.getArgList();
  }

  /**
   * Commons CLI knows each option by its name with its dashes, behind two of its own: else it would
   * take {@code -tag} and {@code -tagged} for {@code --tag}. It has no flags that may have a value
   * as well, so it gets each flag with one.
   */
  private String spelled(String word) {
    Option option = known.get(nameIn(word));
    if (option == null) {
      return word;
    }
    boolean unsaid = !option.takesValue() && !word.contains("=");
    return "--" + word + (unsaid ? "=true" : "");
  }

  private static String nameIn(String word) {
    int equals = word.indexOf('=');
    return equals < 0 ? word : word.substring(0, equals);
  }

  private void keep(Option option, String value) {
    if (!option.choices().isEmpty() && !option.choices().contains(value)) {
      String choices = String.join(", ", option.choices());
      throw new UsageException(option.name() + " is one of " + choices + ", not '" + value + "'");
    }
    options.computeIfAbsent(option, first -> new ArrayList<>()).add(value);
  }

  private void know(Collection<Option> more) {
    for (Option option : more) {
      for (String name : option.names()) {
        known.put(name, option);
      }
    }
  }

  private Syntax named(String word) {
    Syntax syntax = syntaxes.apply(word);
    if (syntax == null) {
      throw new UsageException("there is no command '" + word + "'" + Hints.of(word, names));
    }
    know(syntax.options());
    return syntax;
  }

  /** What looks like an option and was not taken for one is a mistake, unless it is a number. */
  private void refuseOption(String word) {
    if (word.length() < 2 || word.charAt(0) != '-' || ".0123456789".indexOf(word.charAt(1)) >= 0) {
      return;
    }
    String name = nameIn(word);
    String where =
        command == null
            ? " before the command; its own stand behind it"
            : " of '" + command.name() + "'";
    String hint = Hints.of(name, known.keySet());
    throw new UsageException("there is no option '" + name + "'" + where + hint);
  }

  /** Says what is wanted, not what was given: that may be a value. */
  private static void count(Syntax syntax, int given) {
    if (given >= syntax.fewest() && given <= syntax.most()) {
      return;
    }
    String wanted =
        syntax.arguments().isEmpty() ? "no arguments" : String.join(" ", syntax.arguments());
    throw new UsageException(
        "'" + syntax.name() + "' wants " + wanted + "; it got " + given + " arguments");
  }
}
