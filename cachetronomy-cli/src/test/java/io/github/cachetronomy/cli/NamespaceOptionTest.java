package io.github.cachetronomy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With --namespace, keys are those of a namespace. */
@Tag("fast")
class NamespaceOptionTest {
  @TempDir Path folder;
  Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void file() {
    cli = new Cli(folder.resolve("cache.db"));
  }

  @Test
  void entriesAreWrittenReadAndRemovedInIt() {
    cli.done("set", "k", "outside", "-t", "tag");
    cli.done("set", "--namespace", "orders", "k", "inside", "-t", "tag");
    cli.done("set-many", "--namespace=orders", "a", "1", "b", "2");
    assertEquals("inside\n", cli.done("get", "k", "--namespace", "orders").out());
    assertEquals("outside\n", cli.done("get", "k").out());
    assertEquals(List.of("a", "b", "k"), cli.done("keys", "--namespace", "orders").lines());
    assertEquals(
        List.of("@6:orders:a", "@6:orders:b", "@6:orders:k", "k"), cli.done("keys").lines());
    assertTrue(cli.json("key-metadata", "k", "--namespace", "orders").contains("\"key\": \"k\""));
    assertTrue(
        cli.json("items", "--namespace", "orders", "--prefix", "a").contains("\"key\": \"a\""));
    assertEquals("1\n", cli.done("clear-by-tags", "tag", "--namespace", "orders").out());
    assertEquals(ExitCode.MISS, cli.run("delete", "k", "--namespace", "orders").code());
    assertEquals("2\n", cli.done("clear-all", "--namespace", "orders").out());
    assertEquals(List.of("k"), cli.done("keys").lines());
  }

  @Test
  void aNameThatCannotBeIsRefusedBeforeAFileIsMade() {
    for (String name : List.of("", "n".repeat(256))) {
      assertEquals(ExitCode.USAGE, cli.run("set", "--namespace=" + name, "k", "v").code());
    }
    assertFalse(Files.exists(folder.resolve("cache.db")));
    cli.done("set", "--namespace=" + "n".repeat(255), "k", "v");
  }

  @Test
  void whatIsAboutTheWholeFileHasNoSuchOption() {
    cli.done("set", "k", "v");
    assertEquals(ExitCode.USAGE, cli.run("vacuum", "--namespace", "orders").code());
  }
}
