package io.github.cachetronomy.cli;

import io.github.cachetronomy.core.EntryMetadata;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the cache tells, by the names that the columns of the file have. */
final class Rows {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss");
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS");
  private static final String NEVER = "9999-12-31T23:59:59.999999+00:00";

  private Rows() {}

  /** An entry without its value. */
  static Map<String, @Nullable Object> entry(EntryMetadata metadata) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("key", metadata.getKey());
    row.put("fmt", metadata.getFormat());
    row.put("expire_at", time(metadata.getExpiresAt()));
    row.put("tags", List.copyOf(metadata.getTags()));
    row.put("version", metadata.getVersion());
    row.put("saved_by_profile", metadata.getSavedByProfile());
    return row;
  }

  /** A time as the file has it: six digits of a second or none. */
  static String time(@Nullable Instant time) {
    if (time == null) {
      return NEVER;
    }
    return (time.getNano() == 0 ? SECONDS : MICROS).format(time.atOffset(ZoneOffset.UTC))
        + "+00:00";
  }
}
