package io.github.cachetronomy.benchmarks;

import io.github.cachetronomy.coroutines.Cachetronaut;
import io.github.cachetronomy.coroutines.CachetronautBuilderKt;
import io.github.cachetronomy.interop.BlockingCachetronaut;
import io.github.cachetronomy.interop.ReadOptions;
import java.nio.file.Path;
import java.sql.SQLException;
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

/** A read that memory cannot answer: row, checksums, decoding; beside the same row read by hand. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(Data.KEYS)
public class StoreHitBenchmark {
  private final String[] keys = Data.shuffled();
  private Path folder;
  private RawSqlite raw;
  private BlockingCachetronaut blocking;
  private Cachetronaut coroutines;
  private SuspendCalls suspending;

  /** Fills both files alike; memory holds nothing. */
  @Setup(Level.Trial)
  public void open() throws SQLException {
    folder = Data.folder();
    Path file = folder.resolve("cache.db");
    raw = new RawSqlite(folder.resolve("raw.db"));
    blocking = BlockingCachetronaut.open(file);
    coroutines = CachetronautBuilderKt.Cachetronaut(file, builder -> kotlin.Unit.INSTANCE);
    suspending = new SuspendCalls(coroutines);
    for (int i = 0; i < keys.length; i++) {
      raw.set(keys[i], Data.value(i));
      blocking.set(keys[i], Data.value(i));
    }
    blocking.evictAll();
  }

  /** Ends what was opened. */
  @TearDown(Level.Trial)
  public void close() throws SQLException {
    coroutines.close();
    blocking.close();
    raw.close();
    Data.delete(folder);
  }

  /** A kept prepared statement, read and decoded. */
  @Benchmark
  public int rawJdbc() throws SQLException {
    int found = 0;
    for (String key : keys) {
      if (raw.get(key) != null) {
        found++;
      }
    }
    return found;
  }

  /** The Java face, on the caller's thread. */
  @Benchmark
  public int blockingGet() {
    int found = 0;
    for (String key : keys) {
      if (blocking.get(key, String.class, ReadOptions.defaults().withPromote(false)).isPresent()) {
        found++;
      }
    }
    return found;
  }

  /** The Kotlin face, which moves to a thread for blocking work and back. */
  @Benchmark
  public int suspendGet() {
    return suspending.readThrough(keys);
  }
}
