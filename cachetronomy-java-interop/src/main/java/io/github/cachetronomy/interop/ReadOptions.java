package io.github.cachetronomy.interop;

import org.jspecify.annotations.Nullable;

/**
 * How an entry is to be read.
 *
 * <p>Immutable and thread-safe; each {@code with…} gives a changed copy.
 */
public final class ReadOptions {
  private static final ReadOptions DEFAULTS = new ReadOptions(null, true, false);

  private final @Nullable Long version;
  private final boolean promote;
  private final boolean strict;

  private ReadOptions(@Nullable Long version, boolean promote, boolean strict) {
    this.version = version;
    this.promote = promote;
    this.strict = strict;
  }

  /** Any version, promoting, not strict. */
  public static ReadOptions defaults() {
    return DEFAULTS;
  }

  /**
   * A copy for which an entry of another version is a miss.
   *
   * @param version at least 1
   */
  public ReadOptions withVersion(long version) {
    if (version < 1) {
      throw new IllegalArgumentException("a version is at least 1, not " + version);
    }
    return new ReadOptions(version, promote, strict);
  }

  /** A copy that counts the read and copies the value to memory, or does neither. */
  public ReadOptions withPromote(boolean promote) {
    return new ReadOptions(version, promote, strict);
  }

  /**
   * A copy that throws {@link io.github.cachetronomy.core.DecodingFailedException} for a value that
   * is there and cannot be read as the type asked for, or takes it for a miss.
   */
  public ReadOptions withStrict(boolean strict) {
    return new ReadOptions(version, promote, strict);
  }

  /** The version that counts; null = any. */
  public @Nullable Long version() {
    return version;
  }

  /** Whether the read is counted and its value copied to memory. */
  public boolean promote() {
    return promote;
  }

  /** Whether a value that cannot be decoded is an exception rather than a miss. */
  public boolean strict() {
    return strict;
  }

  @Override
  public String toString() {
    return "ReadOptions(version=" + version + ", promote=" + promote + ", strict=" + strict + ")";
  }
}
