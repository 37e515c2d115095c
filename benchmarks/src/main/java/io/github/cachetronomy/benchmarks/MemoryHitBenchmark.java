package io.github.cachetronomy.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.cachetronomy.coroutines.Cachetronaut;
import io.github.cachetronomy.coroutines.CachetronautBuilderKt;
import io.github.cachetronomy.interop.BlockingCachetronaut;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A hit in memory, with time to live, read count and statistics, beside Caffeine alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Data.KEYS)
public class MemoryHitBenchmark {
  private final String[] keys = Data.shuffled();
  private Path folder;
  private Cache<String, String> caffeine;
  private Cache<String, String> expiring;
  private BlockingCachetronaut blocking;
  private Cachetronaut coroutines;
  private SuspendCalls suspending;

  /** Fills all of them alike. */
  @Setup(Level.Trial)
  public void open() {
    folder = Data.folder();
    Path file = folder.resolve("cache.db");
    caffeine = Caffeine.newBuilder().maximumSize(10_000).build();
    expiring =
        Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofHours(1)).build();
    blocking = BlockingCachetronaut.open(file);
    coroutines = CachetronautBuilderKt.Cachetronaut(file, builder -> kotlin.Unit.INSTANCE);
    suspending = new SuspendCalls(coroutines);
    for (int i = 0; i < keys.length; i++) {
      caffeine.put(keys[i], Data.value(i));
      expiring.put(keys[i], Data.value(i));
      blocking.set(keys[i], Data.value(i));
    }
  }

  /** Ends what was opened. */
  @TearDown(Level.Trial)
  public void close() {
    coroutines.close();
    blocking.close();
    Data.delete(folder);
  }

  /** The measure of all others. */
  @Benchmark
  public int caffeineGetIfPresent() {
    int found = 0;
    for (String key : keys) {
      if (caffeine.getIfPresent(key) != null) {
        found++;
      }
    }
    return found;
  }

  /** Caffeine's own time to live. */
  @Benchmark
  public int caffeineExpireAfterWrite() {
    int found = 0;
    for (String key : keys) {
      if (expiring.getIfPresent(key) != null) {
        found++;
      }
    }
    return found;
  }

  /** The Java face. */
  @Benchmark
  public int blockingGet() {
    int found = 0;
    for (String key : keys) {
      if (blocking.get(key, String.class).isPresent()) {
        found++;
      }
    }
    return found;
  }

  /** The Java face, with a loader that is not needed. */
  @Benchmark
  public int blockingCached() {
    int length = 0;
    for (String key : keys) {
      length += blocking.cached(key, String.class, () -> "never loaded").length();
    }
    return length;
  }

  /** The Kotlin face. */
  @Benchmark
  public int suspendGet() {
    return suspending.getAll(keys);
  }

  /** The Kotlin face, with a loader that is not needed. */
  @Benchmark
  public int suspendCached() {
    return suspending.cachedAll(keys);
  }
}
