package io.github.cachetronomy.cli.line;

/**
 * The command line cannot be understood. The message is for whoever typed it, and has no value in
 * it.
 */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One with this message. */
  public UsageException(String message) {
    super(message);
  }
}
