package io.github.cachetronomy.cli;

import io.github.cachetronomy.core.CachetronomyException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** The command {@code cachetronomy}. */
public final class Main {
  private Main() {}

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    Cachetronomy root = new Cachetronomy();
    CommandLine line = Commands.line(root, args);
    line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    line.setExecutionExceptionHandler((failure, command, parsed) -> failed(root, failure, command));
    line.setParameterExceptionHandler(
        (failure, given) -> {
          CommandLine command = failure.getCommandLine();
          command.getErr().println("cachetronomy: " + Escapes.line(failure.getMessage()));
          command.getErr().println("Try 'cachetronomy --help'.");
          return ExitCode.USAGE;
        });
    return line.execute(args);
  }

  private static int failed(Cachetronomy root, Exception failure, CommandLine command) {
    command.getErr().println("cachetronomy: " + Escapes.line(String.valueOf(failure.getMessage())));
    if (root.debug) {
      failure.printStackTrace(command.getErr());
    }
    return failure instanceof CachetronomyException ? ExitCode.DATABASE : ExitCode.USAGE;
  }
}
