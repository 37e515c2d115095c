package io.github.cachetronomy.examples.atlas;

import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows how far the reading has come. Nothing is drawn unless the output is a terminal, nor before
 * there is something to wait for: a run that finds every answer in the cache stays quiet. Safe to
 * use from several threads.
 */
public final class Progress implements AutoCloseable {
  private static final int WIDTH = 79;

  private final int modules;
  private int done;
  private ProgressBar bar;

  public Progress(int modules) {
    this.modules = modules;
  }

  /** Some module has to be read, so this run will take a while. */
  public synchronized void reading() {
    if (bar == null && System.console() != null) {
      bar = draw();
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

  private ProgressBar draw() {
    return new ProgressBarBuilder()
        .setTaskName("Reading")
        .setInitialMax(modules)
        .startsFrom(done, Duration.ZERO)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(100)
        .setConsumer(new ConsoleProgressBarConsumer(System.out, WIDTH))
        .clearDisplayOnFinish()
        .build();
  }
}
