package io.github.cachetronomy.cli.print;

import java.io.Console;

/**
 * What is known of the terminal.
 *
 * <p>Immutable and thread-safe.
 *
 * @param answers whether answers go there
 * @param errors whether errors go there
 * @param columns how many columns it has; 0 = unknown
 * @param colour whether colours are welcome
 */
public record Terminal(boolean answers, boolean errors, int columns, boolean colour) {
  /** None. */
  public static final Terminal NONE = new Terminal(false, false, 0, false);

  /**
   * That of this process, as the script that started it has found out. Without a script the JVM is
   * asked, which knows less.
   */
  public static Terminal ofProcess() {
    String told = System.getProperty("cachetronomy.terminal");
    boolean answers = told == null ? hasConsole() : told.contains("1");
    boolean errors = told != null && told.contains("2");
    String noColour = System.getenv("NO_COLOR");
    boolean colour =
        answers
            && (noColour == null || noColour.isEmpty())
            && !"dumb".equals(System.getenv("TERM"));
    return new Terminal(answers, errors, Integer.getInteger("cachetronomy.columns", 0), colour);
  }

  /** From JDK 22 on there is a console without a terminal, too, which says so of itself. */
  private static boolean hasConsole() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException older) {
      return true;
    } catch (ReflectiveOperationException unknown) {
      return false;
    }
  }
}
