package io.github.cachetronomy.cli.line;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What {@code --help} prints. */
public final class Help {
  private static final int WIDTH = 100;

  private Help() {}

  /** The help of the command as a whole. */
  public static String all(String intro, Collection<Syntax> commands, Collection<Option> options) {
    StringBuilder help = new StringBuilder(intro).append("\n\nCommands:\n");
    List<String[]> rows = new ArrayList<>();
    for (Syntax command : commands) {
      rows.add(new String[] {command.name(), command.description()});
    }
    columns(help, rows);
    help.append("\nOptions of every command:\n");
    columns(help, optionRows(options));
    return help.toString();
  }

  /** The help of one command. */
  public static String of(String program, Syntax command, Collection<Option> everywhere) {
    StringBuilder help =
        new StringBuilder("Usage: ").append(program).append(' ').append(command.name());
    if (!command.options().isEmpty()) {
      help.append(" [OPTIONS]");
    }
    command.arguments().forEach(argument -> help.append(' ').append(argument));
    help.append("\n\n").append(capital(command.description())).append(".\n");
    if (!command.options().isEmpty()) {
      help.append("\nOptions:\n");
      columns(help, optionRows(command.options()));
    }
    help.append("\nOptions of every command:\n");
    columns(help, optionRows(everywhere));
    return help.toString();
  }

  private static List<String[]> optionRows(Collection<Option> options) {
    List<String[]> rows = new ArrayList<>();
    for (Option option : options) {
      String names = String.join(", ", option.names());
      String left = option.takesValue() ? names + " " + option.label() : names;
      rows.add(new String[] {left, option.description()});
    }
    return rows;
  }

  private static void columns(StringBuilder help, List<String[]> rows) {
    int left = rows.stream().mapToInt(row -> row[0].length()).max().orElse(0) + 4;
    for (String[] row : rows) {
      int column = 2 + row[0].length();
      help.append("  ").append(row[0]).append(" ".repeat(left - column));
      column = left;
      for (String word : row[1].split(" ")) {
        if (column + 1 + word.length() > WIDTH) {
          help.append('\n').append(" ".repeat(left));
          column = left;
        }
        help.append(column == left ? "" : " ").append(word);
        column += 1 + word.length();
      }
      help.append('\n');
    }
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
