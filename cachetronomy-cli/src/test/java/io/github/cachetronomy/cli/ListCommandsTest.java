package io.github.cachetronomy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.interop.BlockingCachetronaut;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listings, logs, and what is told of the file as a whole. */
@Tag("fast")
class ListCommandsTest {
  @TempDir Path folder;
  Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void file() {
    cli = new Cli(folder.resolve("cache.db"));
  }

  @Test
  void keysAreSortedAndCanBeChosenByPrefixAndTag() {
    cli.done("set-many", "b:1", "v", "a:2", "v", "-t", "x");
    cli.done("set-many", "a:1", "v", "-t", "x", "-t", "y");
    assertEquals(List.of("a:1", "a:2", "b:1"), cli.done("keys").lines());
    assertEquals(List.of("a:1", "a:2"), cli.done("keys", "--prefix", "a:").lines());
    assertEquals(List.of("a:1"), cli.done("keys", "--tag=y").lines());
    assertEquals(List.of("a:2", "b:1"), cli.done("all-keys", "--tag", "x").lines().subList(1, 3));
    assertEquals(List.of("a:1", "a:2", "b:1"), cli.done("store-keys").lines());
  }

  @Test
  void aHundredItemsAreListedAndZeroIsAll() {
    try (var cache = BlockingCachetronaut.open(cli.file)) {
      for (int i = 0; i < 150; i++) {
        cache.set("key" + i, i);
      }
    }
    assertEquals(100, cli.done("items").lines().size());
    assertEquals(150, cli.done("items", "--limit", "0").lines().size());
    assertEquals(3, cli.done("items", "-l", "3").lines().size());
    assertEquals(150, cli.done("store-metadata").lines().size());
  }

  @Test
  void whatHasExpiredIsListedWhenItIsAskedFor() {
    Instant past = Instant.parse("2020-01-01T00:00:00Z");
    try (var cache = BlockingCachetronaut.builder(cli.file).clock(() -> past).build()) {
      cache.set("old", "v", EntryOptions.timeToLive(Duration.ofHours(1)));
    }
    cli.done("set", "new", "v");
    assertEquals(List.of("new"), cli.done("keys").lines());
    assertEquals(List.of("new", "old"), cli.done("keys", "--expired").lines());
    assertEquals(1, cli.done("items").lines().size());
    assertEquals(ExitCode.MISS, cli.run("get", "old").code());
    assertEquals(
        "[\n{\"key\": \"old\", \"expire_at\": \"2020-01-01T01:00:00+00:00\"}]\n",
        cli.json("clear-expired"));
    assertEquals(List.of("new"), cli.done("keys", "--expired").lines());
  }

  @Test
  void timesAreShownAsTheFileHasThem() throws SQLException {
    cli.done("set", "never", "v", "-ttl", "999999999999");
    insert("elsewhere", "2099-06-01T12:00:00+02:00");
    insert("broken", "some time");
    String items = cli.json("items");
    assertTrue(items.contains("\"expire_at\": \"9999-12-31T23:59:59.999999+00:00\""), items);
    assertTrue(items.contains("\"expire_at\": \"2099-06-01T12:00:00+02:00\""), items);
    assertTrue(items.contains("\"expire_at\": \"some time\""), items);
    assertTrue(items.contains("\"data\": null, \"fault\": \"damaged\"}"), items);
    assertTrue(cli.json("get", "elsewhere").contains("2099-06-01T12:00:00+02:00"));
    assertTrue(cli.json("key-metadata", "elsewhere").contains("2099-06-01T12:00:00+02:00"));
    var broken = cli.run("get", "broken");
    assertEquals(ExitCode.MISS, broken.code());
    assertEquals("cachetronomy: there is no value for broken: damaged\n", broken.err());
  }

  private void insert(String key, String expireAt) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + cli.file);
        var row =
            connection.prepareStatement(
                "INSERT INTO cache(key, data, expire_at, tags, saved_by_profile)"
                    + " VALUES(?, '1', ?, '[]', 'default')")) {
      row.setString(1, key);
      row.setString(2, expireAt);
      row.executeUpdate();
    }
  }

  @Test
  void theLogsHaveTheColumnsOfTheFile() {
    try (var cache = BlockingCachetronaut.open(cli.file)) {
      for (String key : List.of("once", "twice", "gone")) {
        cache.set(key, "v");
        cache.get(key, String.class);
      }
      cache.get("twice", String.class);
      cache.delete("gone");
    }
    for (String command : List.of("access-logs", "store-stats", "hot-keys")) {
      String log = cli.json(command);
      assertTrue(log.startsWith("[\n{\"key\": \"twice\", \"access_count\": 2, \"last_acce"), log);
      assertTrue(log.contains("\"last_accessed_by_profile\": \"default\"}"), log);
      assertEquals(1, cli.done(command, "--limit", "1").lines().size());
      assertEquals(3, cli.done(command, "--limit", "0").lines().size());
    }
    assertTrue(cli.json("key-access-logs", "once").contains("\"access_count\": 1"));
    assertEquals(ExitCode.MISS, cli.run("key-access-logs", "nope").code());
    String evictions = cli.json("eviction-logs");
    assertTrue(
        evictions.startsWith("[\n{\"id\": 1, \"key\": \"gone\", \"evicted_at\": "), evictions);
    assertTrue(evictions.contains("\"reason\": \"user_eviction\", \"last_access_count\": 1, "));
  }

  @Test
  void theLogsShowTimesAsTheyAreStored() throws SQLException {
    cli.done("set", "k", "v");
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + cli.file);
        var statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO access_log VALUES('k', 1, '2025-06-01T12:00:00.5+02:00', 'p')");
      statement.execute(
          "INSERT INTO eviction_log VALUES(9, 'k', '2025-06-01 12:00:00Z', 'shutdown', 1, 'p')");
    }
    assertTrue(cli.json("access-logs").contains("\"2025-06-01T12:00:00.5+02:00\""));
    assertTrue(cli.json("eviction-logs").contains("\"2025-06-01 12:00:00Z\""));
  }

  @Test
  void statsAndHealthTellOfTheFile() {
    cli.done("set-many", "a", "1", "b", "2");
    String stats = cli.json("stats");
    assertTrue(stats.contains("\"total_keys\": 2, \"store_keys\": 2, \"hot_keys\": []"), stats);
    assertTrue(stats.contains("\"profile\": \"default\"}"), stats);
    String health = cli.json("health");
    assertTrue(health.contains("\"causes\": [") && health.contains("\"store_keys_count\": 2}"));
  }

  @Test
  void readingChangesNothingInTheFile() {
    cli.done("set", "key", "v");
    cli.done("get", "key");
    cli.done("get", "key", "--no-promote");
    assertEquals("", cli.done("access-logs").out());
    assertEquals("", cli.done("eviction-logs").out());
  }
}
