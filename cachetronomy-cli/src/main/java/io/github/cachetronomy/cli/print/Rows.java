package io.github.cachetronomy.cli.print;

import io.github.cachetronomy.core.AccessRecord;
import io.github.cachetronomy.core.CacheEntry;
import io.github.cachetronomy.core.CheckReport;
import io.github.cachetronomy.core.EntryMetadata;
import io.github.cachetronomy.core.EvictionRecord;
import io.github.cachetronomy.core.ExpiredEntry;
import io.github.cachetronomy.core.FreeMemoryTarget;
import io.github.cachetronomy.core.Lookup;
import io.github.cachetronomy.core.Profile;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the cache tells, by the names that the columns of the file have. */
public final class Rows {
  /** The columns of an entry without its value. */
  public static final List<String> METADATA =
      List.of("key", "fmt", "expire_at", "tags", "version", "saved_by_profile");

  /** The columns of an entry. */
  public static final List<String> ENTRY =
      List.of("key", "fmt", "expire_at", "tags", "version", "saved_by_profile", "data");

  /** The columns of the access log. */
  public static final List<String> ACCESS =
      List.of("key", "access_count", "last_accessed", "last_accessed_by_profile");

  /** The columns of the eviction log. */
  public static final List<String> EVICTION =
      List.of("id", "key", "evicted_at", "reason", "last_access_count", "evicted_by_profile");

  /** What is told of an entry that was removed because its time was over. */
  public static final List<String> EXPIRED = List.of("key", "expire_at");

  /** The columns of a profile. */
  public static final List<String> PROFILE =
      List.of(
          "name",
          "time_to_live",
          "ttl_cleanup_interval",
          "memory_based_eviction",
          "free_memory_target",
          "memory_cleanup_interval",
          "max_items_in_memory",
          "tags");

  private static final double MEGABYTE = 1_048_576;

  private Rows() {}

  /** An entry without its value. */
  public static Map<String, @Nullable Object> of(EntryMetadata metadata) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("key", metadata.getKey());
    row.put("fmt", metadata.getFormat());
    row.put("expire_at", metadata.getExpiresAtText());
    row.put("tags", List.copyOf(metadata.getTags()));
    row.put("version", metadata.getVersion());
    row.put("saved_by_profile", metadata.getSavedByProfile());
    return row;
  }

  /** An entry with its value. */
  public static Map<String, @Nullable Object> of(EntryMetadata metadata, @Nullable Object value) {
    Map<String, @Nullable Object> row = of(metadata);
    row.put("data", value);
    return row;
  }

  /** An entry of a listing. One that cannot be read has no value, and a {@code fault} beside it. */
  public static Map<String, @Nullable Object> of(CacheEntry<?> entry) {
    Lookup<?> lookup = entry.getLookup();
    if (lookup instanceof Lookup.Hit<?> hit) {
      return of(entry.getMetadata(), hit.getValue());
    }
    Map<String, @Nullable Object> row = of(entry.getMetadata(), null);
    if (lookup instanceof Lookup.Miss miss) {
      row.put("fault", miss.getReason().name().toLowerCase(Locale.ROOT));
    }
    return row;
  }

  /** A row of the access log. */
  public static Map<String, @Nullable Object> of(AccessRecord record) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("key", record.getKey());
    row.put("access_count", record.getReads());
    row.put("last_accessed", record.getLastAccessedText());
    row.put("last_accessed_by_profile", record.getProfile());
    return row;
  }

  /** A row of the eviction log. */
  public static Map<String, @Nullable Object> of(EvictionRecord record) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("id", record.getId());
    row.put("key", record.getKey());
    row.put("evicted_at", record.getEvictedAtText());
    row.put("reason", record.getReason());
    row.put("last_access_count", record.getReads());
    row.put("evicted_by_profile", record.getProfile());
    return row;
  }

  /** An entry that was removed because its time was over. */
  public static Map<String, @Nullable Object> of(ExpiredEntry entry) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("key", entry.getKey());
    row.put("expire_at", time(entry.getExpiresAt()));
    return row;
  }

  /** A flaw that a check found. */
  public static Map<String, @Nullable Object> of(CheckReport.Finding finding) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("kind", finding.getKind().name().toLowerCase(Locale.ROOT));
    row.put("subject", finding.getSubject());
    row.put("what", finding.getWhat());
    row.put("repaired", finding.getRepaired());
    return row;
  }

  /** A profile. */
  public static Map<String, @Nullable Object> of(Profile profile) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("name", profile.getName());
    row.put("time_to_live", profile.getTimeToLive().toSeconds());
    row.put("ttl_cleanup_interval", profile.getCleanupInterval().toSeconds());
    row.put("memory_based_eviction", profile.getMemoryBasedEviction());
    row.put("free_memory_target", number(profile.getFreeMemoryTarget()));
    row.put("memory_cleanup_interval", profile.getMemoryCleanupInterval().toSeconds());
    row.put("max_items_in_memory", profile.getMaxItemsInMemory());
    row.put("tags", new ArrayList<>(profile.getTags()));
    return row;
  }

  /** As the file has it: a fraction up to 1, megabytes above. */
  private static double number(FreeMemoryTarget target) {
    if (target instanceof FreeMemoryTarget.Bytes bytes) {
      return bytes.getBytes() / MEGABYTE;
    }
    return ((FreeMemoryTarget.Fraction) target).getFraction();
  }

  /** A time as the file has it: six digits of a second or none. */
  private static String time(Instant time) {
    String pattern = time.getNano() == 0 ? "" : ".SSSSSS";
    return DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss" + pattern)
            .format(time.atOffset(ZoneOffset.UTC))
        + "+00:00";
  }
}
