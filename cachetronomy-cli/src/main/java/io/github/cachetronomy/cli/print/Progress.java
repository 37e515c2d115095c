package io.github.cachetronomy.cli.print;

import java.util.function.LongSupplier;

/**
 * A bar on the terminal for what takes long, drawn in place and taken away at the end; nothing
 * where errors go elsewhere. Not thread-safe.
 */
public final class Progress implements AutoCloseable {
  private static final int WIDTH = 30;

  /** Drawing more often than this would only cost time. */
  private static final long NANOS_BETWEEN = 100_000_000;

  private final Output err;
  private final boolean shown;
  private final String what;
  private final LongSupplier nanos;
  private long last;
  private boolean drawn;

  /** One for {@code what}. */
  public Progress(Output err, Terminal terminal, String what) {
    this(err, terminal, what, System::nanoTime);
  }

  Progress(Output err, Terminal terminal, String what, LongSupplier nanos) {
    this.nanos = nanos;
    this.last = nanos.getAsLong();
    this.err = err;
    this.shown = terminal.errors();
    this.what = what;
  }

  /** So much is done of so much; {@code all} less than 1 = unknown. What is quick draws nothing. */
  public void update(long done, long all) {
    long now = nanos.getAsLong();
    if (!shown || now - last < NANOS_BETWEEN) {
      return;
    }
    last = now;
    drawn = true;
    err.print("\r\u001b[K" + what + " " + bar(done, all));
    err.flush();
  }

  private static String bar(long done, long all) {
    if (all < 1) {
      return done > 0 ? Long.toString(done) : "…";
    }
    long of = Math.min(done, all);
    int full = (int) (of * (double) WIDTH / all);
    return "["
        + "#".repeat(full)
        + " ".repeat(WIDTH - full)
        + "] "
        + (int) (of * 100.0 / all)
        + " %";
  }

  @Override
  public void close() {
    if (drawn) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}
