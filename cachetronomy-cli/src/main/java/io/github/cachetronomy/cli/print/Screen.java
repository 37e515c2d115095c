package io.github.cachetronomy.cli.print;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A terminal's second screen, for what is drawn anew all the time. The first one comes back, as it
 * was, at the end, also when the process is interrupted. Not thread-safe.
 */
public final class Screen implements AutoCloseable {
  private static final File TERMINAL = new File("/dev/tty");
  private static final String ENTER = "\u001b[?1049h\u001b[?25l";
  private static final String LEAVE = "\u001b[?25h\u001b[?1049l";
  private static final int UNKNOWN_ROWS = 24;
  private static final int UNKNOWN_COLUMNS = 80;

  private final Output out;
  private final InputStream keys;
  private final String before;
  private final AtomicBoolean left = new AtomicBoolean();
  private final Thread hook = new Thread(this::leave);
  private int rows = UNKNOWN_ROWS;
  private int columns = UNKNOWN_COLUMNS;

  private Screen(Output out, int tenths) throws IOException {
    this.out = out;
    this.before = stty("-g");
    this.keys = new FileInputStream(TERMINAL);
    Runtime.getRuntime().addShutdownHook(hook);
    // A read gives a key, or nothing after that time.
    stty("-icanon", "-echo", "min", "0", "time", Integer.toString(tenths));
    out.print(ENTER);
    measure();
  }

  /**
   * Takes the terminal over.
   *
   * @param tenths how long {@link #ended} waits, in tenths of a second, at most 255
   * @throws IOException if there is none
   */
  public static Screen open(Output out, int tenths) throws IOException {
    return new Screen(out, tenths);
  }

  /** How many lines it has. */
  public int rows() {
    return rows;
  }

  /** Shows these lines and nothing else; what does not fit is cut. */
  public void draw(List<String> lines) throws IOException {
    measure();
    StringBuilder frame = new StringBuilder("\u001b[H");
    for (int i = 0; i < Math.min(lines.size(), rows - 1); i++) {
      frame.append(Width.cut(lines.get(i), columns)).append("\u001b[K\r\n");
    }
    out.print(frame.append("\u001b[J").toString());
    out.flush();
  }

  /** Waits until it is time to draw again. Returns whether that is no longer wanted. */
  public boolean ended() throws IOException {
    int key = keys.read();
    return key == 'q' || key == 'Q' || key == 4 || out.failed();
  }

  private void measure() throws IOException {
    String[] size = stty("size").split(" ");
    if (size.length == 2 && !size[0].equals("0")) {
      rows = Integer.parseInt(size[0]);
      columns = Integer.parseInt(size[1]);
    }
  }

  @Override
  public void close() throws IOException {
    leave();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // It runs already.
    }
    keys.close();
  }

  private void leave() {
    if (!left.compareAndSet(false, true)) {
      return;
    }
    out.print(LEAVE);
    out.flush();
    try {
      stty(before);
    } catch (IOException gone) {
      // The terminal is, and with it what was to be put right.
    }
  }

  /** What the program {@code stty} says of the terminal. */
  private static String stty(String... args) throws IOException {
    String[] command = new String[args.length + 1];
    command[0] = "stty";
    System.arraycopy(args, 0, command, 1, args.length);
    Process process =
        new ProcessBuilder(command)
            .redirectInput(TERMINAL)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("stty failed");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
    return said.trim();
  }
}
