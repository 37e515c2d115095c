package io.github.cachetronomy.benchmarks;

import io.github.cachetronomy.coroutines.Cachetronaut;
import io.github.cachetronomy.coroutines.CachetronautBuilderKt;
import io.github.cachetronomy.interop.BlockingCachetronaut;
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

/**
 * Writes that return when they are committed, by one caller and by sixteen, beside one upsert a
 * transaction.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(Data.KEYS)
public class CommittedSetBenchmark {
  private static final int CALLERS = 16;

  private final String[] keys = Data.shuffled();
  private Path folder;
  private RawSqlite raw;
  private BlockingCachetronaut blocking;
  private Cachetronaut coroutines;
  private SuspendCalls suspending;
  private long round;

  /** Begins with empty files. */
  @Setup(Level.Trial)
  public void open() throws SQLException {
    folder = Data.folder();
    Path file = folder.resolve("cache.db");
    raw = new RawSqlite(folder.resolve("raw.db"));
    blocking = BlockingCachetronaut.open(file);
    coroutines = CachetronautBuilderKt.Cachetronaut(file, builder -> kotlin.Unit.INSTANCE);
    suspending = new SuspendCalls(coroutines);
  }

  /** Ends what was opened. */
  @TearDown(Level.Trial)
  public void close() throws SQLException {
    coroutines.close();
    blocking.close();
    raw.close();
    Data.delete(folder);
  }

  /** A kept prepared statement, each write its own transaction. */
  @Benchmark
  public void rawJdbc() throws SQLException {
    round++;
    for (int i = 0; i < keys.length; i++) {
      raw.set(keys[i], Data.value(round * Data.KEYS + i));
    }
  }

  /** The Java face, one thread. */
  @Benchmark
  public void blockingSet() {
    round++;
    for (int i = 0; i < keys.length; i++) {
      blocking.set(keys[i], Data.value(round * Data.KEYS + i));
    }
  }

  /** The Kotlin face, one coroutine. */
  @Benchmark
  public void suspendSet() {
    long base = ++round * Data.KEYS;
    suspending.setAll(keys, 1, i -> Data.value(base + i));
  }

  /** The Kotlin face, sixteen coroutines. */
  @Benchmark
  public void suspendSet16() {
    long base = ++round * Data.KEYS;
    suspending.setAll(keys, CALLERS, i -> Data.value(base + i));
  }
}
