package io.github.cachetronomy.cli.print;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where answers go: text in UTF-8, and bytes as they are. When nobody takes them any more it says
 * so and goes on, so that whoever prints can stop in an orderly way. Not thread-safe.
 */
public final class Output {
  private static final int BUFFER = 1 << 16;

  private final OutputStream out;
  private @Nullable IOException failure;

  /** One into {@code out}. */
  public Output(OutputStream out) {
    this.out = new BufferedOutputStream(out, BUFFER);
  }

  /** Prints text. */
  public void print(String text) {
    bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Prints text and ends the line. */
  public void println(String text) {
    print(text);
    print("\n");
  }

  /** Prints bytes. */
  public void bytes(byte[] bytes) {
    if (failure != null) {
      return;
    }
    try {
      out.write(bytes);
    } catch (IOException refused) {
      failure = refused;
    }
  }

  /**
   * To be written to as it is; there a write that fails is an exception. Closing it does nothing.
   */
  public OutputStream stream() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        if (failure == null) {
          try {
            out.write(bytes, from, length);
          } catch (IOException refused) {
            failure = refused;
          }
        }
        if (failure != null) {
          throw failure;
        }
      }
    };
  }

  /** Sends on what was printed so far. */
  public void flush() {
    if (failure != null) {
      return;
    }
    try {
      out.flush();
    } catch (IOException refused) {
      failure = refused;
    }
  }

  /** Whether there is no use in printing more. */
  public boolean failed() {
    return failure != null;
  }

  /**
   * Why not everything that was printed has arrived; null = it has, or whoever read it has had
   * enough.
   */
  public @Nullable IOException failure() {
    if (failure == null || String.valueOf(failure.getMessage()).contains("Broken pipe")) {
      return null;
    }
    return failure;
  }
}
