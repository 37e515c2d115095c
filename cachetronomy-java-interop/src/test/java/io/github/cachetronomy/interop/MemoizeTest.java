package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.core.GroupStats;
import io.github.cachetronomy.core.RecursiveLoadException;
import io.github.cachetronomy.core.functions.FunctionOptions;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memoized functions as Java writes them. */
@Tag("fast")
class MemoizeTest {
  record User(int id, String name) {}

  private final AtomicInteger calls = new AtomicInteger();
  private BlockingCachetronaut cache;
  private MemoizedFunction<BigInteger, BigInteger> fibonacci;

  @BeforeEach
  void open(@TempDir Path folder) {
    cache = BlockingCachetronaut.open(folder.resolve("cache.db"));
  }

  @AfterEach
  void close() {
    cache.close();
  }

  @Test
  void functionsOfOneArgument() {
    MemoizedFunction<Integer, User> fetchUser =
        cache.memoize("fetchUser", User.class).function(id -> user(id));
    assertEquals(new User(7, "user 7"), fetchUser.apply(7));
    assertEquals(new User(7, "user 7"), fetchUser.apply(7));
    assertEquals(1, calls.get());
    assertEquals("fetchUser(7)", fetchUser.keyFor(7));
    Function<Integer, String> names = fetchUser.andThen(User::name);
    assertEquals("user 7", names.apply(7));
    GroupStats stats = fetchUser.stats();
    assertEquals(2, stats.getHits());
    assertEquals(1, stats.getMisses());
    assertEquals(1, stats.getSize());
    assertNull(stats.getMaxEntries());
    assertEquals("fetchUser", fetchUser.name());
    assertEquals("Memoized(fetchUser)", fetchUser.toString());
  }

  @Test
  void functionsOfTwoArguments() {
    MemoizedBiFunction<Integer, String, List<User>> find =
        cache
            .memoize("find", new TypeRef<List<User>>() {})
            .biFunction((id, name) -> List.of(user(id), new User(0, name)));
    assertEquals(find.apply(7, "x"), find.apply(7, "x"));
    assertEquals(1, calls.get());
    assertEquals("find(7,\"x\")", find.keyFor(7, "x"));
    assertTrue(find.invalidate(7, "x"));
    assertFalse(find.invalidate(7, "x"));
    find.refresh(7, "x");
    assertEquals(2, calls.get());
    assertEquals(1, find.invalidateAll());
    BiFunction<? super Integer, ? super String, ? extends List<User>> itself = find.uncached();
    itself.apply(7, "x");
    assertEquals(3, calls.get());
  }

  @Test
  void functionsOfNoArgument() throws Exception {
    MemoizedSupplier<Map<String, Integer>> counts =
        cache
            .memoize("counts", new TypeRef<Map<String, Integer>>() {})
            .supplier(() -> Map.of("calls", calls.incrementAndGet()));
    Supplier<Map<String, Integer>> supplier = counts;
    Callable<Map<String, Integer>> callable = counts;
    assertEquals(Map.of("calls", 1), supplier.get());
    assertEquals(Map.of("calls", 1), callable.call());
    assertEquals(Map.of("calls", 2), counts.refresh());
    assertEquals("counts()", counts.keyFor());
    assertTrue(counts.invalidate());
    assertEquals(Map.of("calls", 3), counts.uncached().call());
  }

  @Test
  void whatACallableThrowsIsThrownAsItIs() {
    IOException failure = new IOException("no luck");
    MemoizedSupplier<String> failing =
        cache
            .memoize("failing", String.class)
            .callable(
                () -> {
                  throw failure;
                });
    assertSame(failure, assertThrows(IOException.class, failing::get));
    assertSame(failure, assertThrows(IOException.class, failing::refresh));
  }

  @Test
  void functionsThatGiveFutures() throws Exception {
    AsyncMemoizedFunction<Integer, User> fetchUser =
        cache
            .async()
            .memoize("fetchUser", User.class)
            .function(id -> CompletableFuture.supplyAsync(() -> user(id)));
    assertEquals(fetchUser.apply(7).get(), fetchUser.apply(7).get());
    assertEquals(1, calls.get());
    assertEquals(1, fetchUser.stats().get().getHits());
    assertEquals("fetchUser(7)", fetchUser.keyFor(7));
    fetchUser.refresh(7).get();
    assertEquals(2, calls.get());
    assertTrue(fetchUser.invalidate(7).get());
    fetchUser.uncached().apply(7).toCompletableFuture().get();

    AsyncMemoizedBiFunction<Integer, Integer, Integer> sum =
        cache
            .async()
            .memoize("sum", Integer.class)
            .biFunction((a, b) -> CompletableFuture.completedFuture(a + b));
    assertEquals(3, sum.apply(1, 2).get());
    assertEquals(3, sum.refresh(1, 2).get());
    assertEquals("sum(1,2)", sum.keyFor(1, 2));
    assertTrue(sum.invalidate(1, 2).get());

    AsyncMemoizedSupplier<List<Integer>> all =
        cache
            .async()
            .memoize("all", new TypeRef<List<Integer>>() {})
            .supplier(() -> CompletableFuture.completedFuture(List.of(1, 2)));
    assertEquals(List.of(1, 2), all.get().get());
    assertEquals(List.of(1, 2), all.refresh().get());
    assertEquals("all()", all.keyFor());
    assertTrue(all.invalidate().get());
    assertEquals(0L, all.invalidateAll().get());
    assertEquals("all", all.name());
    assertEquals("AsyncMemoized(all)", all.toString());
  }

  @Test
  void aRefusedArgumentComesInTheFuture() {
    AsyncMemoizedFunction<Object, String> function =
        cache
            .async()
            .memoize("f", String.class)
            .function(any -> CompletableFuture.completedFuture("never"));
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> function.apply(new Object()).get());
    assertInstanceOf(IllegalArgumentException.class, failed.getCause());
  }

  @Test
  void aFunctionMayCallItselfWithOtherArguments() {
    fibonacci =
        cache
            .memoize("fibonacci", BigInteger.class)
            .function(
                n ->
                    n.intValue() < 2
                        ? n
                        : fibonacci
                            .apply(n.subtract(BigInteger.ONE))
                            .add(fibonacci.apply(n.subtract(BigInteger.TWO))));
    assertEquals(
        new BigInteger("222232244629420445529739893461909967206666939096499764990979600"),
        fibonacci.apply(BigInteger.valueOf(300)));
    assertEquals(301, fibonacci.stats().getMisses());
  }

  @Test
  void aFunctionThatWaitsForItselfIsTold() {
    fibonacci = cache.memoize("circle", BigInteger.class).function(n -> fibonacci.apply(n));
    RecursiveLoadException told =
        assertThrows(RecursiveLoadException.class, () -> fibonacci.apply(BigInteger.ONE));
    assertTrue(told.getMessage().contains("circle(1)"), told.getMessage());
  }

  @Test
  void optionsSayHow() {
    FunctionOptions options =
        FunctionOptions.defaults().withMaxEntries(1).withParameters("id").withTypedNumbers();
    MemoizedFunction<Number, Integer> function =
        cache.memoize("f", Integer.class).with(options).function(id -> calls.incrementAndGet());
    function.apply(1);
    function.apply(1L);
    function.apply(1L);
    assertEquals(2, calls.get());
    assertEquals(1, function.stats().getSize());
    assertEquals(1, function.stats().getMaxEntries());
    assertEquals("f(id=1L)", function.keyFor(1L));
    assertEquals(
        options,
        FunctionOptions.defaults().withParameters("id").withTypedNumbers().withMaxEntries(1));
    assertEquals(
        options.hashCode(),
        FunctionOptions.defaults()
            .withParameters("id")
            .withTypedNumbers()
            .withMaxEntries(1)
            .hashCode());
  }

  @Test
  void nullsAreRefusedWhereTheyMeanNothing() {
    assertThrows(NullPointerException.class, () -> cache.memoize("f", (Class<String>) null));
    assertThrows(NullPointerException.class, () -> cache.memoize(null, String.class));
    assertThrows(NullPointerException.class, () -> cache.memoize("f", String.class).function(null));
    assertThrows(NullPointerException.class, () -> cache.memoize("f", String.class).with(null));
  }

  private User user(int id) {
    calls.incrementAndGet();
    return new User(id, "user " + id);
  }
}
