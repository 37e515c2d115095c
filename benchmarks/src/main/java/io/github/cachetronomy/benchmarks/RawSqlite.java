package io.github.cachetronomy.benchmarks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import org.sqlite.SQLiteConfig;

/**
 * The same table and index by hand: one connection, prepared statements that are kept, the same
 * pragmas. Reads fetch and decode the columns that the Python package has; writes are one
 * transaction each.
 */
final class RawSqlite implements AutoCloseable {
  private static final String READ =
      "SELECT data, fmt, expire_at, tags, version, saved_by_profile FROM cache WHERE key = ?";
  private static final String UPSERT =
      "INSERT INTO cache (key, data, fmt, expire_at, tags, version, saved_by_profile)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET data = excluded.data,"
          + " fmt = excluded.fmt, expire_at = excluded.expire_at, tags = excluded.tags,"
          + " version = excluded.version, saved_by_profile = excluded.saved_by_profile";

  private final Connection connection;
  private final PreparedStatement read;
  private final PreparedStatement upsert;
  private long writes;

  RawSqlite(Path file) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
    config.setPragma(SQLiteConfig.Pragma.MMAP_SIZE, "0");
    config.setGetGeneratedKeys(false);
    connection = config.createConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS cache (key TEXT PRIMARY KEY, data BLOB NOT NULL, fmt TEXT NOT NULL,"
              + " expire_at DATETIME NOT NULL, tags TEXT NOT NULL, version INTEGER NOT NULL,"
              + " saved_by_profile TEXT NOT NULL)");
      statement.execute("CREATE INDEX IF NOT EXISTS idx_cache_expire_at ON cache (expire_at)");
    }
    read = connection.prepareStatement(READ);
    upsert = connection.prepareStatement(UPSERT);
  }

  /** Reads and decodes a row, the way a careful caller would. */
  String get(String key) throws SQLException {
    read.setString(1, key);
    try (ResultSet row = read.executeQuery()) {
      if (!row.next()) {
        return null;
      }
      byte[] data = row.getBytes(1);
      String format = row.getString(2);
      OffsetDateTime expires = OffsetDateTime.parse(row.getString(3));
      String tags = row.getString(4);
      long version = row.getLong(5);
      String profile = row.getString(6);
      if (!format.equals("json")
          || expires.toEpochSecond() < 0
          || tags.isEmpty()
          || version < 1
          || profile.isEmpty()) {
        return null;
      }
      return new String(data, 1, data.length - 2, StandardCharsets.UTF_8);
    }
  }

  void set(String key, String value) throws SQLException {
    upsert.setString(1, key);
    upsert.setBytes(2, ('"' + value + '"').getBytes(StandardCharsets.UTF_8));
    upsert.setString(3, "json");
    // Another expiry each time, as with any time to live: the index moves with it.
    upsert.setString(4, "2099-12-31T23:59:59." + (100_000 + ++writes % 900_000) + "+00:00");
    upsert.setString(5, "[]");
    upsert.setLong(6, 1);
    upsert.setString(7, "default");
    upsert.executeUpdate();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
