package io.github.cachetronomy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Removing many entries at once, in the ways the Python package writes it and promises it. */
@Tag("fast")
class ClearCommandsTest {
  @TempDir Path folder;
  Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void file() {
    cli = new Cli(folder.resolve("cache.db"));
    cli.done("set", "both", "v", "--tags=[\"users\", \"api\"]");
    cli.done("set", "turned", "v", "--tags", "api", "--tags", "users");
    cli.done("set", "users", "v", "-t", "users");
    cli.done("set", "none", "v");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "clear-by-tags users api",
        "clear-by-tags users api false",
        "clear-by-tags users api False",
        "clear-by-tags --tags=[\"users\",\"api\"] --exact-match=false",
        "clear-by-tags --tags users --tags api",
        "clear-by-tags --tags [\"users\",\"api\"] false",
      })
  void anyOfTheTagsWillDo(String line) {
    assertEquals("3\n", cli.done(line.split(" ")).out());
    assertEquals(List.of("none"), cli.done("keys").lines());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "clear-by-tags users api true",
        "clear-by-tags --exact-match api users",
        "clear-by-tags --tags=[\"api\",\"users\"] --exact-match=true",
        "clear-by-tags --exact-match --tags=users -t api",
      })
  void orExactlyTheseWhateverTheirOrder(String line) {
    assertEquals("2\n", cli.done(line.split(" ")).out());
    assertEquals(List.of("none", "users"), cli.done("keys").lines());
  }

  @Test
  void aTagMayBeCalledTrueAndTagsAreNeeded() {
    cli.done("set", "odd", "v", "-t", "true");
    assertEquals("1\n", cli.done("clear-by-tags", "true").out());
    assertEquals(ExitCode.USAGE, cli.run("clear-by-tags").code());
  }

  @Test
  void allAndThoseOfAProfile() {
    cli.done("update-active-profile", "--name", "other");
    cli.done("set", "mine", "v");
    assertEquals("{\"removed\": 1}\n", cli.json("clear-by-profile", "other"));
    assertEquals("4\n", cli.done("clear-all").out());
    assertEquals("0\n", cli.done("clear-all").out());
  }
}
