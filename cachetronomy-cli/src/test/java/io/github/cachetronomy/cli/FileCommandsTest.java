package io.github.cachetronomy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done with the file as a whole. */
@Tag("fast")
class FileCommandsTest {
  @TempDir Path folder;
  Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void file() {
    cli = new Cli(folder.resolve("cache.db"));
  }

  @Test
  void aFileWithoutFlawsIsSound() {
    cli.done("set", "k", "v");
    assertEquals(
        "{\"rows\": 1, \"flaws\": 0, \"repaired\": 0, \"findings\": []}",
        cli.json("check").strip());
  }

  @Test
  void aDamagedEntryIsFoundAndRemovedWhenThatIsAskedFor() throws Exception {
    cli.done("set-many", "good", "v", "bad", "v");
    sql("UPDATE cache SET expire_at = 'soon', header = NULL WHERE key = 'bad'");
    Cli.Result found = cli.run("check", "-o", "json");
    assertEquals(ExitCode.DATABASE, found.code());
    assertTrue(
        found.out().contains("\"kind\": \"entry\", \"subject\": \"\\\"bad\\\"\""), found.out());
    assertEquals(2, cli.done("all-keys", "--expired").lines().size());
    assertEquals(ExitCode.DONE, cli.run("check", "--repair").code());
    assertEquals(List.of("good"), cli.done("all-keys", "--expired").lines());
    cli.done("check");
  }

  @Test
  void vacuumMakesTheFileSmaller() {
    cli.done("set", "large", "x".repeat(1_000_000));
    cli.done("delete", "large");
    cli.done("vacuum");
    assertTrue(cli.file.toFile().length() < 200_000);
  }

  @Test
  void aBackupIsACacheAndNothingIsOverwritten() {
    cli.done("set", "k", "v");
    Path copy = folder.resolve("copy.db");
    cli.done("backup", copy.toString());
    assertEquals("v\n", new Cli(copy).done("get", "k").out());
    Cli.Result again = cli.run("backup", copy.toString());
    assertEquals(ExitCode.USAGE, again.code());
    assertEquals(1, again.err().lines().count());
  }

  @Test
  void whatIsExportedCanBeImported() throws Exception {
    cli.done("set", "k", "v", "-t", "a", "-v", "3");
    cli.done("set", "j", "{\"n\": 18446744073709551616}", "--json");
    String lines = cli.done("export").out();
    assertEquals(2, lines.lines().count());
    assertTrue(lines.contains("18446744073709551616"), lines);
    Cli other = new Cli(folder.resolve("other.db")).typing(lines);
    assertEquals(
        "{\"read\": 2, \"written\": 2, \"expired\": 0, \"wrong\": 0}",
        other.json("import").strip());
    assertEquals(cli.json("items"), other.json("items"));

    Path file = folder.resolve("lines.jsonl");
    cli.done("export", file.toString());
    assertEquals(lines, Files.readString(file));
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
    assertEquals(ExitCode.USAGE, cli.run("export", file.toString()).code());
    assertEquals(lines, Files.readString(file));
    Cli third = new Cli(folder.resolve("third.db"));
    third.done("import", file.toString());
    assertEquals(cli.json("items"), third.json("items"));
  }

  @Test
  void aWrongLineIsNamedWithoutItsValueAndTheOthersAreWritten() {
    cli.done("set", "k", "v");
    String line = cli.done("export").out();
    Cli other = new Cli(folder.resolve("other.db")).typing("{\"secret\": 1}\n" + line);
    Cli.Result result = other.run("import");
    assertEquals(ExitCode.USAGE, result.code());
    assertTrue(result.err().startsWith("cachetronomy: line 1: "), result.err());
    assertFalse(result.err().contains("secret"));
    assertEquals("v\n", other.done("get", "k").out());
  }

  @Test
  void aFileThatIsMissingIsNotMade() throws Exception {
    for (String command :
        List.of("check", "vacuum", "export", "check --repair", "clear-eviction-logs")) {
      assertEquals(ExitCode.DATABASE, cli.run(command.split(" ")).code(), command);
    }
    assertEquals(ExitCode.DATABASE, cli.run("backup", folder.resolve("b.db").toString()).code());
    assertEquals(ExitCode.USAGE, cli.run("import", folder.resolve("missing").toString()).code());
    try (var files = Files.list(folder)) {
      assertEquals(List.of(), files.toList());
    }
  }

  @Test
  void damageIsToldAndLeftAlone() throws Exception {
    Files.write(cli.file, "no database at all, whatever it is".getBytes(StandardCharsets.UTF_8));
    for (String command : List.of("check", "vacuum", "export", "check --repair", "stats")) {
      Cli.Result result = cli.run(command.split(" "));
      assertEquals(ExitCode.DATABASE, result.code(), command);
      assertEquals(1, result.err().lines().count(), result.err());
    }
    assertEquals("no database at all, whatever it is", Files.readString(cli.file));
  }

  @Test
  void theLogsCanBeCleared() {
    cli.done("set-many", "a", "v", "b", "v");
    cli.done("delete", "a");
    assertEquals(1, cli.done("eviction-logs").lines().size());
    assertEquals("1\n", cli.done("clear-eviction-logs").out());
    assertEquals(List.of(), cli.done("eviction-logs").lines());
    assertEquals(ExitCode.MISS, cli.run("delete-access-logs", "a").code());
    assertEquals("0\n", cli.done("clear-access-logs").out());
  }

  private void sql(String statement) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + cli.file)) {
      connection.createStatement().execute(statement);
    }
  }
}
