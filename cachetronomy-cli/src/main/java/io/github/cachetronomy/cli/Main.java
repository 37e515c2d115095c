package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Given;
import io.github.cachetronomy.cli.line.Help;
import io.github.cachetronomy.cli.line.Parser;
import io.github.cachetronomy.cli.line.Syntax;
import io.github.cachetronomy.cli.line.UsageException;
import io.github.cachetronomy.cli.print.Escapes;
import io.github.cachetronomy.cli.print.Output;
import io.github.cachetronomy.cli.print.Terminal;
import io.github.cachetronomy.core.EncodingFailedException;
import io.github.cachetronomy.core.ProfileNotFoundException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The command {@code cachetronomy}. */
public final class Main {
  private Main() {}

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] args) {
    // Not System.out: that encodes in the machine's own way, and hides what becomes of it.
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    OutputStream err = new FileOutputStream(FileDescriptor.err);
    System.exit(run(System.in, out, err, Terminal.ofProcess(), args));
  }

  /** Runs a command line and returns its exit code. */
  static int run(
      InputStream in, OutputStream stdout, OutputStream stderr, Terminal terminal, String... args) {
    Output out = new Output(stdout);
    Output err = new Output(stderr);
    int code;
    try {
      code = run(in, out, err, terminal, args);
    } catch (Exception | StackOverflowError | OutOfMemoryError failure) {
      out.flush();
      code = failed(failure, err, args);
    }
    out.flush();
    IOException lost = out.failure();
    if (lost != null) {
      err.println("cachetronomy: the answer cannot be written: " + lost.getMessage());
      code = ExitCode.DATABASE;
    }
    err.flush();
    return code;
  }

  private static int run(
      InputStream in, Output out, Output err, Terminal terminal, String... args) {
    CommandOnce once = new CommandOnce();
    Given given =
        new Parser(Options.EVERYWHERE, Commands.names(), once::syntax, args).parse(Options.HELP);
    Command command = once.command;
    if (given.has(Options.PROGRAM_VERSION)) {
      out.println(Commands.PROGRAM + " " + version());
    } else if (command == null) {
      out.print(Commands.help());
    } else if (given.has(Options.HELP)) {
      out.print(Help.of(Commands.PROGRAM, command.syntax(), Options.EVERYWHERE));
    } else {
      return command.work().applyAsInt(new Call(given, terminal, in, out, err));
    }
    return ExitCode.DONE;
  }

  /** As the jar says it; classes that lie in none have no version. */
  private static String version() {
    String inJar = Main.class.getPackage().getImplementationVersion();
    return Objects.requireNonNullElse(inJar, "(not packaged)");
  }

  private static int failed(Throwable failure, Output err, String... args) {
    String said = Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getName());
    err.println("cachetronomy: " + Escapes.line(said));
    if (Arrays.stream(args)
        .takeWhile(arg -> !arg.equals("--"))
        .anyMatch(Options.DEBUG.name()::equals)) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      err.print(trace.toString());
    }
    if (failure instanceof ProfileNotFoundException) {
      return ExitCode.MISS;
    }
    boolean mistaken =
        failure instanceof UsageException
            || failure instanceof IllegalArgumentException
            || failure instanceof IllegalStateException
            || failure instanceof ArithmeticException
            || failure instanceof EncodingFailedException;
    return mistaken ? ExitCode.USAGE : ExitCode.DATABASE;
  }

  /** Remembers the one command that was looked up. */
  private static final class CommandOnce {
    private @Nullable Command command;

    private @Nullable Syntax syntax(String name) {
      command = Commands.find(name);
      return command == null ? null : command.syntax();
    }
  }
}
