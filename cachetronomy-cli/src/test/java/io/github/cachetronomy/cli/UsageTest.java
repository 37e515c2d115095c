package io.github.cachetronomy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a command line is read, and what is said of one that is wrong. */
@Tag("fast")
class UsageTest {
  @TempDir Path folder;
  Cli cli = new Cli(Path.of(""));
  boolean mayMakeFiles;

  @BeforeEach
  void file() {
    cli = new Cli(folder.resolve("cache.db"));
  }

  @AfterEach
  void whatIsWrongMakesNoFile() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertTrue(mayMakeFiles || files.findAny().isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set --time-to-live=300 my-key value",
        "set my-key --time-to-live=300 value",
        "set my-key value -ttl 300",
        "set -ttl=300 -t a my-key --tags=b value -o json",
        "-o plain set my-key value",
        "set -- my-key value",
        "set --version 2 my-key value",
        "set --time-to-live 1 -ttl=300 my-key value --debug --json --json=false",
      })
  void optionsComeInAnyOrder(String line) {
    mayMakeFiles = true;
    cli.done(line.split(" "));
    assertEquals("value\n", cli.done("get", "my-key").out());
  }

  @ParameterizedTest
  @CsvSource({"set k -5,-5", "set k -.5,-.5", "set k -- -x,-x", "set k -- --,--", "-- set k v,v"})
  void valuesMayBeginWithADash(String line, String value) {
    mayMakeFiles = true;
    cli.done(line.split(" "));
    assertEquals(value + "\n", cli.done("get", "k").out());
    assertEquals("-1\n", cli.run("get", "nope", "--default", "-1").out());
    assertEquals("-x\n", cli.run("get", "nope", "--default=-x").out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--default \"quoted\"|\"quoted\"",
        "--default=\"quoted\"|\"quoted\"",
        "--default a=b|a=b",
        "--default=a=b|a=b",
        "--default= -d -|-",
        "-d -draft|-draft",
        "-d -x|-x",
        "-d -.5e3|-.5e3",
        "-d --nothing|--nothing",
        "-d get|get",
      })
  void aValueIsTakenAsItIs(String option, String value) {
    mayMakeFiles = true;
    cli.done("set", "k", "v");
    assertEquals(value + "\n", cli.run(("get nope " + option).split(" ")).out());
    assertEquals(value + "\n", cli.run(("get " + option + " nope").split(" ")).out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "gte k|there is no command 'gte'; did you mean 'get'?",
        "clear-al|there is no command 'clear-al'; did you mean 'clear-all'?",
        "xyzzy|there is no command 'xyzzy'",
        "get k --defualt=secret|there is no option '--defualt' of 'get'; did you mean '--default'?",
        "--limit 3 items|there is no option '--limit' before the command; its own stand behind it",
        "-- --limit|there is no command '--limit'",
        "set k v -tll 300|there is no option '-tll' of 'set'; did you mean '-ttl'?",
        "set k v -ttl300|there is no option '-ttl300' of 'set'",
        "set k v --tag=secret|there is no option '--tag' of 'set'; did you mean '--tags'?",
        "set k v -tags secret|there is no option '-tags' of 'set'; did you mean '--tags'?",
        "get k -help|there is no option '-help' of 'get'; did you mean '--help'?",
        "get|'get' wants KEY; it got 0 arguments",
        "set k secret secret2|'set' wants KEY VALUE; it got 3 arguments",
        "set k|'set' wants KEY VALUE; it got 1 arguments",
        "clear-all now|'clear-all' wants no arguments; it got 1 arguments",
        "items --limit -1|--limit wants 0 for all or more, not '-1'",
        "items --limit much|--limit wants a whole number, not 'much'",
        "items --limit|--limit wants a value: NUMBER",
        "items --limit --expired|--limit wants a value: NUMBER",
        "items --limit --prefix=secret|--limit wants a value: NUMBER",
        "items --limit -- 3|--limit wants a value: NUMBER",
        "keys --output|--output wants a value: FORM",
        "get k -o xml|--output is one of table, json, plain, not 'xml'",
        "keys --expired=maybe|--expired is one of true, false, not 'maybe'",
        "set k secret --time-to-live 0|a time to live is positive, not PT0S",
        "set k secret --version 0|a version is at least 1, not 0",
        "set k {secret --json|the value is no JSON: no key at 1",
        "set-many a secret b|'set-many' wants a value for each key, or a single -",
        "top|'top' wants a terminal; 'hot-keys' prints the same once",
        "top --interval 0|--interval is 1 to 25",
        "completion fish|there is a script for bash and for zsh, not 'fish'",
      })
  void whatIsWrongIsSaidInOneLineWithoutAValue(String line, String said) {
    var wrong = cli.run(line.split(" "));
    assertEquals("cachetronomy: " + said + "\n", wrong.err());
    assertEquals(ExitCode.USAGE, wrong.code());
    assertEquals("", wrong.out());
  }

  @Test
  void keysAndFormatsThatCannotBeAreRefused() {
    for (List<String> line :
        List.of(
            List.of("set", "", "v"),
            List.of("set", "k".repeat(65_537), "v"),
            List.of("set", "\ud800", "v"),
            List.of("set", "k", "v", "--prefer", "nope"),
            List.of("--db-path=", "keys"))) {
      assertEquals(ExitCode.USAGE, cli.run(line.toArray(String[]::new)).code());
    }
  }

  @Test
  void aTraceIsShownToWhoeverAsksForIt() {
    assertFalse(cli.run("items", "-l", "x").err().contains("at io.github"));
    assertTrue(cli.run("items", "-l", "x", "--debug").err().contains("\tat io.github"));
    assertFalse(cli.run("items", "-l", "x", "--", "--debug").err().contains("at io.github"));
  }

  @Test
  void helpIsPrintedForAllAndForEachCommand() {
    for (String[] line : new String[][] {{}, {"main"}, {"--help"}, {"-h"}}) {
      var help = cli.bare(line);
      assertEquals(ExitCode.DONE, help.code());
      assertTrue(help.out().contains("\nCommands:\n  get "));
    }
    for (String name : Commands.names()) {
      var help = cli.bare(name, "--help");
      assertEquals(ExitCode.DONE, help.code());
      assertTrue(help.out().startsWith("Usage: cachetronomy " + name));
    }
    assertTrue(cli.bare("--version").out().startsWith("cachetronomy "));
  }

  @Test
  void everyCommandOfThePythonPackageThatMakesSenseIsThere() {
    assertTrue(
        Commands.names()
            .containsAll(
                List.of(
                    "set get delete key-metadata key-access-logs items access-logs eviction-logs"
                        .split(" "))));
    assertTrue(
        Commands.names()
            .containsAll(
                List.of(
                    ("store-stats all-keys store-keys store-metadata clear-all clear-expired"
                            + " list-profiles main clear-by-tags clear-by-profile set-profile"
                            + " delete-profile get-profile update-active-profile")
                        .split(" "))));
  }
}
