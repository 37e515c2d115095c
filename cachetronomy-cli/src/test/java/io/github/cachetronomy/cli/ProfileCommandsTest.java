package io.github.cachetronomy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Profiles, by the names of the columns. */
@Tag("fast")
class ProfileCommandsTest {
  private static final String DEFAULT =
      "{\"name\": \"default\", \"time_to_live\": 3600, \"ttl_cleanup_interval\": 60, "
          + "\"memory_based_eviction\": true, \"free_memory_target\": 500.0, "
          + "\"memory_cleanup_interval\": 5, \"max_items_in_memory\": 10000, \"tags\": []}";

  @TempDir Path folder;
  Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void file() {
    cli = new Cli(folder.resolve("cache.db"));
  }

  @Test
  void anUpdateChangesWhatIsGivenAndLeavesTheRest() {
    cli.done("set", "key", "v");
    assertEquals(DEFAULT + "\n", cli.json("get-profile"));
    cli.done("update-active-profile", "-ttl", "77", "--tags=[\"a\",\"b\"]");
    cli.done("update-active-profile", "--no-memory-based-eviction", "-fmt", "0.25");
    cli.done("update-active-profile", "-tci", "0", "-mci", "9", "-miim", "5");
    assertEquals(
        "[\n{\"name\": \"default\", \"time_to_live\": 77, \"ttl_cleanup_interval\": 0, "
            + "\"memory_based_eviction\": false, \"free_memory_target\": 0.25, "
            + "\"memory_cleanup_interval\": 9, \"max_items_in_memory\": 5, "
            + "\"tags\": [\"a\", \"b\"]}]\n",
        cli.json("list-profiles"));
    cli.done("set", "tagged", "v");
    assertTrue(cli.json("key-metadata", "tagged").contains("\"tags\": [\"a\", \"b\"]"));
  }

  @Test
  void anotherNameIsMadeAndPutIntoForce() {
    cli.done("update-active-profile", "--name", "production", "--time-to-live=9");
    assertTrue(cli.json("get-profile").contains("\"name\": \"production\", \"time_to_live\": 9,"));
    assertEquals(DEFAULT + "\n", cli.json("get-profile", "--name", "default"));
    cli.done("set-profile", "default");
    assertEquals(DEFAULT + "\n", cli.json("get-profile"));
    assertEquals("1\n", cli.done("delete-profile", "production").out());
  }

  @Test
  void aProfileThatIsNotThereIsNotFound() {
    cli.done("set", "key", "v");
    for (String line : new String[] {"set-profile", "delete-profile", "get-profile --name"}) {
      var ghost = cli.run((line + " ghost").split(" "));
      assertEquals(ExitCode.MISS, ghost.code());
      assertEquals("cachetronomy: no profile named \"ghost\"\n", ghost.err());
    }
    assertEquals(DEFAULT + "\n", cli.json("get-profile"));
  }

  @Test
  void whatIsNeededStaysAndWhatIsWrongMakesNoFile() {
    cli.done("set", "key", "v");
    assertEquals(ExitCode.USAGE, cli.run("delete-profile", "default").code());
    var other = new Cli(folder.resolve("other.db"));
    assertEquals(ExitCode.USAGE, other.run("update-active-profile", "-ttl", "0").code());
    assertEquals(ExitCode.USAGE, other.run("update-active-profile", "-fmt", "-1").code());
    assertEquals(ExitCode.USAGE, other.run("update-active-profile", "-fmt", "much").code());
    assertEquals(ExitCode.DATABASE, other.run("set-profile", "default").code());
    assertFalse(Files.exists(other.file));
  }
}
