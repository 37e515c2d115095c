package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.Durability;
import io.github.cachetronomy.core.LogRetention;
import io.github.cachetronomy.core.Profile;
import io.github.cachetronomy.core.SqliteOptions;
import io.github.cachetronomy.core.engine.EngineConfig;
import io.github.cachetronomy.core.engine.Engines;
import io.github.cachetronomy.core.serialization.SerializerRegistry;
import io.github.cachetronomy.core.settings.CacheSettings;
import io.github.cachetronomy.core.spi.CacheEventListener;
import io.github.cachetronomy.core.spi.MemoryProbe;
import io.github.cachetronomy.core.spi.StoreBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Function;

/**
 * The settings of a cache. What is not set has its default, or what the cache runs with already
 * where the file is open in this JVM.
 *
 * <p>Builds one cache. Not thread-safe.
 */
public final class CachetronautBuilder {
  private final EngineConfig config = new EngineConfig();
  private boolean built;

  CachetronautBuilder(Path file) {
    config.setFile(Objects.requireNonNull(file, "file"));
  }

  CachetronautBuilder(CacheSettings settings) {
    config.setFile(settings.getDbPath());
    config.setProfileName(settings.getDefaultProfile());
  }

  CachetronautBuilder(StoreBackend store) {
    config.setBackend(Objects.requireNonNull(store, "store"));
  }

  /** How safe an explicit write is when it returns; {@link Durability#COMMITTED} unless set. */
  public CachetronautBuilder durability(Durability durability) {
    config.setDurability(Objects.requireNonNull(durability, "durability"));
    return this;
  }

  /**
   * Whether to fail where the file cannot be used, instead of going on in memory; false unless set.
   */
  public CachetronautBuilder requireStore(boolean requireStore) {
    config.setRequireStore(requireStore);
    return this;
  }

  /**
   * Whether a damaged file is renamed and a new one begun; true unless set. If not, it counts as a
   * file that cannot be opened, and stays as it is for somebody to look at.
   */
  public CachetronautBuilder setAsideDamaged(boolean setAsideDamaged) {
    config.setSetAsideDamaged(setAsideDamaged);
    return this;
  }

  /**
   * The most bytes of keys and encoded values that memory may stand for, positive; an eighth of the
   * heap unless set.
   */
  public CachetronautBuilder maxBytesInMemory(long bytes) {
    require(bytes > 0, "maxBytesInMemory is positive, not " + bytes);
    config.setMaxBytesInMemory(bytes);
    return this;
  }

  /**
   * The most bytes that the file may take, with what SQLite keeps beside it, positive; any number
   * unless set. Shortly before it would take more, expired entries are removed, then those that
   * nobody has read or written for the longest time, and the file is made smaller where that is
   * needed. All of it happens in the background, within seconds: for that long the file may take
   * more. Where it cannot be made as small, {@code health()} says so.
   *
   * <p>Each log keeps one row for each kilobyte of it at the most.
   */
  public CachetronautBuilder maxBytesInStore(long bytes) {
    require(bytes > 0, "maxBytesInStore is positive, not " + bytes);
    config.setMaxBytesInStore(bytes);
    return this;
  }

  /**
   * Tells how much memory is left, it alone; the machine, its container and the heap are measured
   * unless set.
   */
  public CachetronautBuilder memoryProbe(MemoryProbe probe) {
    config.setMemoryProbe(Objects.requireNonNull(probe, "probe"));
    return this;
  }

  /** The size in bytes from which encoded values are compressed with gzip; none are unless set. */
  public CachetronautBuilder compressAbove(int bytes) {
    require(bytes >= 0, "compressAbove is not negative: " + bytes);
    config.setCompressAbove(bytes);
    return this;
  }

  /**
   * Whether only {@code json} and {@code msgpack} may be written, without compression, so that
   * Python reads it all; false unless set. Another format throws an {@link
   * IllegalArgumentException} then, and byte arrays are written in {@code msgpack} unless told
   * otherwise. Excludes {@link #compressAbove}.
   */
  public CachetronautBuilder pythonCompatible(boolean pythonCompatible) {
    config.setPythonCompatible(pythonCompatible);
    return this;
  }

  /**
   * How long a call, or opening, waits for the file when another process holds it, positive; two
   * seconds unless set.
   */
  public CachetronautBuilder storePatience(Duration patience) {
    require(patience.compareTo(Duration.ZERO) > 0, "storePatience is positive, not " + patience);
    config.setPatience(patience);
    return this;
  }

  /**
   * How much the file keeps of its access log and of its eviction log; {@link
   * LogRetention#defaults()} unless set.
   */
  public CachetronautBuilder logRetention(LogRetention retention) {
    config.setLogRetention(Objects.requireNonNull(retention, "retention"));
    return this;
  }

  /**
   * How SQLite works on the file; {@link SqliteOptions#defaults()} unless set. Of no use to a store
   * of the caller's making.
   */
  public CachetronautBuilder sqliteOptions(SqliteOptions options) {
    config.setSqliteOptions(Objects.requireNonNull(options, "options"));
    return this;
  }

  /** The serializers by format; {@link SerializerRegistry#standard()} unless set. */
  public CachetronautBuilder serializers(SerializerRegistry serializers) {
    config.setSerializers(Objects.requireNonNull(serializers, "serializers"));
    return this;
  }

  /** Where the time comes from; the system's clock unless set. */
  public CachetronautBuilder clock(InstantSource clock) {
    config.setClock(Objects.requireNonNull(clock, "clock"));
    return this;
  }

  /** Whether to close the cache when the JVM shuts down; false unless set. */
  public CachetronautBuilder flushOnShutdown(boolean flushOnShutdown) {
    config.setFlushOnShutdown(flushOnShutdown);
    return this;
  }

  /** As {@link #profile(Profile, boolean)}; where the file has one of the name, that is used. */
  public CachetronautBuilder profile(Profile profile) {
    return profile(profile, false);
  }

  /**
   * The profile in force; the one that is active in the file unless set, or {@link
   * Profile#DEFAULT}. Written to a file that has none of the name. Which profile is active in the
   * file stays as it is; see {@link Profiles#activate(String)}.
   *
   * @param override whether it replaces the one that the file has
   */
  public CachetronautBuilder profile(Profile profile, boolean override) {
    config.setProfile(Objects.requireNonNull(profile, "profile"));
    config.setOverrideProfile(override);
    return this;
  }

  /**
   * Tells {@code listener} of the cache's events until the cache is closed. May be called several
   * times.
   */
  public CachetronautBuilder listener(CacheEventListener listener) {
    config.getListeners().add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Opens the cache, as {@link BlockingCachetronaut#open} does. Blocks while it opens the file.
   *
   * @throws io.github.cachetronomy.core.ForeignFileException if the file is another application's
   *     database
   * @throws io.github.cachetronomy.core.StoreUnavailableException if another class loader of this
   *     JVM has the file open, or it cannot be used and is required
   * @throws IllegalStateException if the file is open in this JVM with other settings, or if this
   *     builder has built a cache already
   */
  public BlockingCachetronaut build() {
    return build(Engines.INSTANCE::open);
  }

  /**
   * Opens the cache to be looked at, as {@link BlockingCachetronaut#openReadOnly} does. Of the
   * settings only serializers, clock, patience and listeners matter. Blocks while it opens the
   * file.
   *
   * @throws io.github.cachetronomy.core.ForeignFileException if the file is another application's
   *     database
   * @throws io.github.cachetronomy.core.StoreUnavailableException if there is no file, or no cache
   *     in it, or it cannot be read
   * @throws IllegalStateException if this builder has built a cache already
   */
  public BlockingCachetronaut buildReadOnly() {
    return build(Engines.INSTANCE::openReadOnly);
  }

  private BlockingCachetronaut build(Function<EngineConfig, Engines.Lease> open) {
    if (built) {
      throw new IllegalStateException("a builder builds one cache");
    }
    BlockingCachetronaut cache = new BlockingCachetronaut(open.apply(config));
    built = true;
    return cache;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
