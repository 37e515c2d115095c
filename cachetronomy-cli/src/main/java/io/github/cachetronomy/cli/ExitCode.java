package io.github.cachetronomy.cli;

/** What the command tells the shell. */
final class ExitCode {
  static final int DONE = 0;

  /** There was no such entry, profile or row. */
  static final int MISS = 1;

  /** The command line itself was wrong. */
  static final int USAGE = 2;

  /** The file could not be used. */
  static final int DATABASE = 3;

  private ExitCode() {}

  static int doneIf(boolean found) {
    return found ? DONE : MISS;
  }
}
