package io.github.cachetronomy.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.cli.print.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that cannot be used, and answers that nobody takes. */
@Tag("fast")
class TroubleTest {
  private static final List<String> LINES =
      List.of(
          "get k",
          "keys",
          "items",
          "stats",
          "health",
          "list-profiles",
          "set k v",
          "set-many k v",
          "delete k",
          "clear-all",
          "set-profile default",
          "update-active-profile -ttl 5");

  @TempDir Path folder;
  Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void file() {
    cli = new Cli(folder.resolve("cache.db"));
  }

  @Test
  void whatNeedsAFileDoesNotMakeOne() throws IOException {
    for (String line : LINES) {
      if (!line.startsWith("set") && !line.startsWith("update") || line.startsWith("set-profile")) {
        refused(line, "there is no file");
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void aDamagedFileIsLeftAsItIs() throws IOException {
    cli.done("set", "k", "v");
    byte[] bytes = Files.readAllBytes(cli.file);
    for (int i = 4096; i < bytes.length; i++) {
      bytes[i] = 0x55;
    }
    leftAsItIs(bytes);
  }

  @Test
  void soIsWhatIsNoDatabase() throws IOException {
    leftAsItIs("This is a letter to my aunt, not a cache. ".repeat(30).getBytes());
  }

  private void leftAsItIs(byte[] bytes) throws IOException {
    Files.write(cli.file, bytes);
    for (String line : LINES) {
      refused(line, "is damaged, or no cache");
    }
    assertArrayEquals(bytes, Files.readAllBytes(cli.file));
    try (Stream<Path> files = Files.list(folder)) {
      assertTrue(files.noneMatch(file -> file.toString().contains(".damaged-")));
    }
  }

  @Test
  void anotherProgramsDatabaseIsRefused() throws IOException, SQLException {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + cli.file);
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE theirs(x)");
    }
    byte[] bytes = Files.readAllBytes(cli.file);
    for (String line : LINES) {
      refused(line, "is a database of another application");
    }
    assertArrayEquals(bytes, Files.readAllBytes(cli.file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void aFolderIsNoCache() {
    for (String line : List.of("get k", "set k v", "delete k")) {
      var refused = cli.bare((line + " --db-path " + folder).split(" "));
      assertEquals(ExitCode.DATABASE, refused.code());
    }
  }

  @Test
  void aLockedFileIsWaitedForInVainAndNotForLong() throws SQLException {
    cli.done("set", "k", "v");
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + cli.file);
        var statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      refused("set k w", "locked");
      assertEquals("v\n", cli.done("get", "k").out());
      statement.execute("ROLLBACK");
    }
    assertEquals("v\n", cli.done("get", "k").out());
  }

  private void refused(String line, String why) {
    var refused = cli.run(line.split(" "));
    assertEquals(ExitCode.DATABASE, refused.code(), line);
    assertEquals("", refused.out(), line);
    assertEquals(1, refused.err().lines().count(), refused.err());
    assertTrue(refused.err().startsWith("cachetronomy: "), refused.err());
    assertTrue(refused.err().contains(why), refused.err());
  }

  @Test
  void whoeverHasReadEnoughIsNotToldOfIt() {
    cli.done("set", "k", "v");
    var broken = printedTo("Broken pipe", "keys");
    assertEquals(ExitCode.DONE, broken.code());
    assertEquals("", broken.err());
  }

  @Test
  void anAnswerThatCannotBeWrittenIsATrouble() {
    cli.done("set", "k", "v");
    var full = printedTo("No space left on device", "keys");
    assertEquals(ExitCode.DATABASE, full.code());
    assertTrue(full.err().contains("No space left on device"));
  }

  private Cli.Result printedTo(String fault, String command) {
    OutputStream refusing =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(fault);
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(
            new ByteArrayInputStream(new byte[0]),
            refusing,
            err,
            Terminal.NONE,
            command,
            "-db",
            cli.file.toString());
    return new Cli.Result(code, new byte[0], err.toString(StandardCharsets.UTF_8));
  }
}
