package io.github.cachetronomy.cli.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.cli.launcher.Launcher.Result;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script, started as a shell starts it: every command, and every exit code. */
@NeedsLauncher
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  @TempDir Path folder;
  Launcher launcher = new Launcher(Path.of(""));

  @BeforeEach
  void launcher() {
    launcher = new Launcher(folder);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void everyCommandDoesItsWork() throws Exception {
    launcher.environment.put("CACHE_DB_PATH", "cache.db");
    for (String line :
        """
        set --time-to-live=300 my-key value
        set --tags=["users","api"] tagged value
        set-many a 1 b 2
        get my-key
        get-many my-key a
        key-metadata my-key
        items
        keys --prefix a
        all-keys
        store-keys
        store-metadata
        access-logs
        store-stats
        hot-keys
        eviction-logs
        list-profiles
        get-profile
        update-active-profile --name other -ttl 60
        set-profile default
        delete-profile other
        stats
        health
        check
        check --repair
        vacuum
        backup copy.db
        export lines.jsonl
        import lines.jsonl
        clear-access-logs
        clear-eviction-logs
        delete my-key
        delete-many a b
        clear-by-tags --tags=["users","api"] --exact-match=false
        clear-by-profile default
        clear-expired
        clear-all
        main
        completion bash
        completion zsh
        --help
        --version"""
            .split("\n")) {
      Result result = launcher.run((line + " -o json").split(" "));
      assertEquals(0, result.code(), line + ": " + result.err());
      assertEquals("", result.err(), line);
      assertFalse(result.out().isEmpty(), line);
    }
    assertEquals(1, launcher.run("key-access-logs", "my-key").code());
  }

  @Test
  void everyExitCodeReachesTheShell() throws Exception {
    assertEquals(0, launcher.run("set", "k", "v", "-db", "cache.db").code());
    assertEquals(new Result(0, "v\n", ""), launcher.run("get", "k", "-db", "cache.db"));
    assertEquals(new Result(1, "", ""), launcher.run("get", "nope", "-db", "cache.db"));
    Result usage = launcher.run("gte", "k");
    assertEquals(2, usage.code());
    assertEquals("cachetronomy: there is no command 'gte'; did you mean 'get'?\n", usage.err());
    Result missing = launcher.run("get", "k", "-db", "missing.db");
    assertEquals(3, missing.code());
    assertEquals(1, missing.err().lines().count());
    assertEquals(2, launcher.run("top").code());
  }

  @Test
  void theVersionIsThatOfTheBuild() throws Exception {
    String version = System.getProperty("cachetronomy.version");
    Result said = new Result(0, "cachetronomy " + version + "\n", "");
    assertEquals(said, launcher.run("--version"));
    assertEquals(said, launcher.run("keys", "--version"));
  }

  @Test
  void noFileIsMadeByHelpByReadingOrByMistake() throws Exception {
    for (String line : List.of("--help", "", "main", "get k", "keys", "gte k", "set k", "stats")) {
      launcher.run(line.isEmpty() ? new String[0] : line.split(" "));
      assertEquals(List.of(), files(), line);
    }
  }

  @Test
  void itRunsFromAnyFolderAndThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("cn"), Path.of(Launcher.SCRIPT));
    Result result = launcher.shell("cd / && " + link + " set k v -db " + folder + "/cache.db");
    assertEquals(0, result.code(), result.err());
    assertEquals("v\n", launcher.shell("./cn get k -db cache.db").out());
    Files.delete(link);
  }

  @Test
  void theFileIsNamedByTheSurroundings() throws Exception {
    Files.writeString(folder.resolve(".env"), "OTHER=1\nCACHE_DB_PATH=\"from env.db\"\n");
    assertEquals(0, launcher.run("set", "k", "v").code());
    assertTrue(files().contains("from env.db"));
    launcher.environment.put("CACHE_DB_PATH", "other.db");
    assertEquals(3, launcher.run("get", "k").code());
  }

  @Test
  void lettersOfAllKindsPassInTheLocaleC() throws Exception {
    launcher.environment.put("LC_ALL", "C");
    assertEquals(0, launcher.run("set", "ключ", "日本", "-db", "ü.db").code());
    assertTrue(files().contains("ü.db"));
    assertEquals("日本\n", launcher.run("get", "ключ", "-db", "ü.db").out());
  }

  @Test
  void standardInputIsAValueAndAClosedPipeIsNoTrouble() throws Exception {
    Result result =
        launcher.shell(
            """
            export CACHE_DB_PATH=cache.db
            printf '\\001\\377' | $C set bytes - --prefer bytes -o json >/dev/null || exit 10
            [ "$($C get bytes | od -An -tx1 | tr -d ' ')" = 01ff ] || exit 11
            for i in $(seq 20000); do echo "\\"key $i\\": 1,"; done |
              { echo '{'; cat; echo '"z": 0}'; } | $C set-many - || exit 12
            $C keys -o json | head -1
            echo "${PIPESTATUS[0]}"
            """);
    assertEquals(new Result(0, "20001\n[\n0\n", ""), result);
  }

  @Test
  void bashCompletesCommandsOptionsAndChoices() throws Exception {
    Result result =
        launcher.shell(
            """
            source <($C completion bash)
            complete_line() {
              COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
              _cachetronomy
              echo "${COMPREPLY[@]}"
            }
            touch some.db
            complete_line cachetronomy clear-al
            complete_line cachetronomy --db-path x.db list
            complete_line cachetronomy get --def
            complete_line cachetronomy items --output j
            complete_line cachetronomy -db so
            complete_line cachetronomy completion z
            complete_line cachetronomy set k v --time
            complete -p cachetronomy
            """);
    assertEquals(
        """
        clear-all
        list-profiles
        --default
        json
        some.db
        zsh
        --time-to-live
        complete -F _cachetronomy cachetronomy
        """,
        result.out());
    assertEquals("", result.err());
  }

  @Test
  void anInterruptedWriteLeavesTheFileWhole() throws Exception {
    assertEquals(0, launcher.run("set", "k", "v", "-db", "cache.db").code());
    Process process = launcher.start("exec $C set-many - -db cache.db");
    process.getOutputStream().write("{\"a\": 1, ".getBytes());
    process.getOutputStream().flush();
    launcher.shell("kill -INT " + process.pid());
    assertEquals(130, process.waitFor());
    assertEquals("k\n", launcher.run("keys", "-db", "cache.db").out());
  }

  @Test
  void anInterruptedImportLeavesTheFileWhole() throws Exception {
    Process process = launcher.start("exec $C import - -db cache.db");
    String line =
        "{\"key\": \"%d\", \"fmt\": \"json\", \"expire_at\": \"9999-12-31T23:59:59.999999+00:00\","
            + " \"tags\": [], \"version\": 1, \"saved_by_profile\": \"default\", \"data\": \"%s\"}\n";
    for (int i = 0; i < 5_000; i++) {
      process.getOutputStream().write(line.formatted(i, "x".repeat(1_000)).getBytes());
    }
    process.getOutputStream().flush();
    launcher.shell("kill -INT " + process.pid());
    assertEquals(130, process.waitFor());
    assertEquals(0, launcher.run("check", "-db", "cache.db").code());
    long kept = launcher.run("keys", "-db", "cache.db", "--limit", "0").out().lines().count();
    assertTrue(kept > 0 && kept <= 5_000, kept + " keys");
  }

  @Test
  void anInterruptedVacuumLeavesTheFileWhole() throws Exception {
    String value = "x".repeat(1_000);
    Process filling = launcher.start("exec $C set-many - -db cache.db");
    try (Writer json = filling.outputWriter()) {
      json.write("{");
      for (int i = 0; i < 20_000; i++) {
        json.write("\"%d\": \"%s\", ".formatted(i, value));
      }
      json.write("\"last\": 0}");
    }
    assertEquals(0, filling.waitFor());
    File log = folder.resolve("cache.db-wal").toFile();

    Process process = launcher.start("exec $C vacuum -db cache.db");
    while (process.isAlive() && log.length() < 1_000_000) {
      Thread.onSpinWait();
    }
    launcher.shell("kill -INT " + process.pid());
    process.waitFor();

    assertEquals(0, launcher.run("check", "-db", "cache.db").code());
    assertEquals(0, launcher.run("get", "last", "-db", "cache.db").code());
  }
}
