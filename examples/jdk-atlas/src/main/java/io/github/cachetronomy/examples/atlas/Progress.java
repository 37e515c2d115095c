package io.github.cachetronomy.examples.atlas;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far the reading has come. Nothing is drawn unless the output is a terminal, nor before
 * there is something to wait for: a run that finds every answer in the cache stays quiet. Safe to
 * use from several threads.
 */
public final class Progress implements AutoCloseable {
  private static final int WIDTH = 79;

  private final int modules;
  private final @Nullable PrintStream terminal;
  private int done;
  private @Nullable ProgressBar bar;

  public Progress(int modules) {
    this(modules, isTerminal() ? System.out : null);
  }

  /** Draws on {@code terminal}, or nowhere. */
  Progress(int modules, @Nullable PrintStream terminal) {
    this.modules = modules;
    this.terminal = terminal;
  }

  /** JDK 22 to 24 have a console whether there is a terminal or not, and a method that tells. */
  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException before22) {
      return true;
    } catch (ReflectiveOperationException unclear) {
      return false;
    }
  }

  /** Some module has to be read, so this run will take a while. */
  public synchronized void reading() {
    if (bar == null && terminal != null) {
      bar = draw(terminal);
    }
  }

  /** One more report is there, read or remembered. */
  public synchronized void done() {
    done++;
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
    }
  }

  private ProgressBar draw(PrintStream terminal) {
    return new ProgressBarBuilder()
        .setTaskName("Reading")
        .setInitialMax(modules)
        .startsFrom(done, Duration.ZERO)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(100)
        .setConsumer(new ConsoleProgressBarConsumer(terminal, WIDTH))
        .clearDisplayOnFinish()
        .build();
  }
}
