package io.github.cachetronomy.benchmarks;

import io.github.cachetronomy.coroutines.Cachetronaut;
import io.github.cachetronomy.coroutines.CachetronautBuilderKt;
import io.github.cachetronomy.coroutines.Memoized1;
import io.github.cachetronomy.interop.BlockingCachetronaut;
import io.github.cachetronomy.interop.MemoizedFunction;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

/** The result of a memoized function, in memory, beside the same entry by a key that is ready. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Data.KEYS)
public class MemoizedHitBenchmark {
  private final int[] arguments =
      IntStream.range(0, Data.KEYS).map(i -> i * 7 % Data.KEYS).toArray();
  private String[] keys;
  private String[] texts;
  private Path folder;
  private BlockingCachetronaut blocking;
  private Cachetronaut coroutines;
  private SuspendCalls suspending;
  private Memoized1<Integer, String> memoized;
  private MemoizedFunction<Integer, String> memoizedFunction;
  private MemoizedFunction<String, String> memoizedText;

  /** Calls each function with all arguments once. */
  @Setup(Level.Trial)
  public void open() {
    folder = Data.folder();
    Path file = folder.resolve("cache.db");
    blocking = BlockingCachetronaut.open(file);
    coroutines = CachetronautBuilderKt.Cachetronaut(file, builder -> kotlin.Unit.INSTANCE);
    suspending = new SuspendCalls(coroutines);
    memoized = suspending.memoize(Data::value);
    memoizedFunction = blocking.memoize("memoized", String.class).function(i -> Data.value(i));
    memoizedText =
        blocking.memoize("text", String.class).function(text -> Data.value(text.length()));
    texts = IntStream.of(arguments).mapToObj(i -> "user:" + i).toArray(String[]::new);
    keys = IntStream.of(arguments).mapToObj(memoizedFunction::keyFor).toArray(String[]::new);
    for (int argument : arguments) {
      memoizedFunction.apply(argument);
    }
    Stream.of(texts).forEach(memoizedText::apply);
  }

  /** Ends what was opened. */
  @TearDown(Level.Trial)
  public void close() {
    coroutines.close();
    blocking.close();
    Data.delete(folder);
  }

  /** The measure of all others: the Kotlin face, the key made before. */
  @Benchmark
  public int cached() {
    return suspending.cachedAll(keys);
  }

  /** The Kotlin face. */
  @Benchmark
  public int memoized() {
    return suspending.memoizedAll(memoized, arguments);
  }

  /** The Java face, the key made before. */
  @Benchmark
  public int blockingCached() {
    int length = 0;
    for (String key : keys) {
      length += blocking.cached(key, String.class, () -> "never loaded").length();
    }
    return length;
  }

  /** The Java face. */
  @Benchmark
  public int blockingMemoized() {
    int length = 0;
    for (int argument : arguments) {
      length += memoizedFunction.apply(argument).length();
    }
    return length;
  }

  /** The Java face, with a text for an argument. */
  @Benchmark
  public int blockingMemoizedText() {
    int length = 0;
    for (String text : texts) {
      length += memoizedText.apply(text).length();
    }
    return length;
  }
}
