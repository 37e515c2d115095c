package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.print.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Does once what most starts do, for the build to see which classes that takes; see {@code
 * src/build/MakeLauncher.java}. Not for users.
 */
final class Rehearsal {
  private Rehearsal() {}

  /**
   * Runs some commands.
   *
   * @param args the folder for their file
   */
  public static void main(String[] args) {
    String file = Path.of(args[0], "cache.db").toString();
    List<List<String>> lines =
        List.of(
            List.of("set", "key", "value", "--tags", "a", "--time-to-live", "60"),
            List.of("get", "key"),
            List.of("get", "key", "--output", "json"),
            List.of("items", "--output", "table"),
            List.of("keys", "--prefix", "k"),
            List.of("stats"),
            List.of("delete", "key"),
            List.of("--help"));
    for (List<String> line : lines) {
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      String[] words = new String[line.size() + 2];
      line.toArray(words);
      words[words.length - 2] = Options.DB_PATH.name();
      words[words.length - 1] = file;
      int code = Main.run(InputStream.nullInputStream(), said, said, Terminal.ofProcess(), words);
      if (code != ExitCode.DONE) {
        throw new IllegalStateException(line + ": " + said.toString(StandardCharsets.UTF_8));
      }
    }
  }
}
