package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.CachetronomyException;
import io.github.cachetronomy.core.EntryMetadata;
import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.ExpiredEntry;
import io.github.cachetronomy.core.GroupStats;
import io.github.cachetronomy.core.Lookup;
import io.github.cachetronomy.core.NamespaceOptions;
import io.github.cachetronomy.core.TagMatch;
import io.github.cachetronomy.core.engine.CacheEngine;
import io.github.cachetronomy.core.engine.EngineAccess;
import io.github.cachetronomy.core.engine.queue.Write;
import io.github.cachetronomy.core.engine.reads.LoadRequest;
import io.github.cachetronomy.core.engine.writes.WriteBatch;
import io.github.cachetronomy.core.functions.FunctionOptions;
import io.github.cachetronomy.core.spi.ValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NonNull;
import org.jspecify.annotations.Nullable;

/**
 * The futures of a {@link BlockingCachetronaut}: the same cache, the same words, no call that holds
 * its thread.
 *
 * <pre>{@code
 * CompletableFuture<User> user =
 *     cache.async().cached("user:7", User.class, () -> api.fetchUserAsync(7));
 * }</pre>
 *
 * <p>Thread-safe. What {@link #get} and {@link #cached} find in memory comes as a completed future;
 * for everything else the cache's own threads are used, and futures complete on them. Values are
 * encoded on the caller's thread, and writes are made in the order of their calls.
 *
 * <p><b>Failures.</b> Mistakes in an argument are thrown at once. Everything else, a closed cache
 * and a value that cannot be encoded among it, fails the future with the exception that the
 * blocking call would throw.
 *
 * <p><b>Cancelling</b> a future ends this caller's wait and nobody else's: a load goes on as long
 * as anybody waits for it, and the last one to leave cancels it; a write is withdrawn unless its
 * commit has begun. Cancelling a future made from it, by {@code thenApply} for instance, does
 * nothing here.
 *
 * <p>What never waits ({@code evict}, {@code stats}, {@code health}, …) and what is read piece by
 * piece (listings by query), and the profiles, are found on {@link #blocking}.
 */
public final class AsyncCachetronaut {
  private final BlockingCachetronaut blocking;
  private final EngineAccess access;
  private final AsyncAdmin admin;

  AsyncCachetronaut(BlockingCachetronaut blocking, EngineAccess access) {
    this.blocking = blocking;
    this.access = access;
    this.admin = new AsyncAdmin(access);
  }

  /** The cache whose futures these are. */
  public BlockingCachetronaut blocking() {
    return blocking;
  }

  /** As {@link BlockingCachetronaut#namespace(String)}. Never waits. */
  public AsyncCachetronaut namespace(String name) {
    return blocking.namespace(name).async();
  }

  /** As {@link BlockingCachetronaut#namespace(String, NamespaceOptions)}. Never waits. */
  public AsyncCachetronaut namespace(String name, NamespaceOptions options) {
    return blocking.namespace(name, options).async();
  }

  /** The value of {@code key}; empty if there is none, or if it is null. */
  public <T> CompletableFuture<Optional<T>> get(String key, Class<T> type) {
    return get(key, ValueType.of(type));
  }

  /** As {@link #get(String, Class)}, for a generic type. */
  public <T> CompletableFuture<Optional<T>> get(String key, TypeRef<T> type) {
    return get(key, type.valueType());
  }

  private <T> CompletableFuture<Optional<T>> get(String key, ValueType type) {
    return asking(
        engine -> {
          Object value = engine.getInMemory(key, type, null, true);
          if (value != CacheEngine.NOTHING) {
            return CompletableFuture.completedFuture(Answers.optional(value));
          }
          engine.check(key, EntryOptions.defaults());
          return Bridge.read(engine, () -> Answers.optional(engine.get(key, type, null, true)));
        });
  }

  /** As {@link #get(String, Class)}, read as {@code options} say. */
  public <T> CompletableFuture<Optional<T>> get(String key, Class<T> type, ReadOptions options) {
    return looking(key, ValueType.of(type), options, Answers::value);
  }

  /** As {@link #get(String, Class)}, for a generic type, read as {@code options} say. */
  public <T> CompletableFuture<Optional<T>> get(String key, TypeRef<T> type, ReadOptions options) {
    return looking(key, type.valueType(), options, Answers::value);
  }

  /** The value of {@code key} with its metadata and the tier that had it, or why there is none. */
  public <T> CompletableFuture<Lookup<@Nullable T>> find(String key, Class<T> type) {
    return find(key, type, ReadOptions.defaults());
  }

  /** As {@link #find(String, Class)}, for a generic type. */
  public <T> CompletableFuture<Lookup<@Nullable T>> find(String key, TypeRef<T> type) {
    return find(key, type, ReadOptions.defaults());
  }

  /** As {@link #find(String, Class)}, read as {@code options} say. */
  public <T> CompletableFuture<Lookup<@Nullable T>> find(
      String key, Class<T> type, ReadOptions options) {
    return looking(key, ValueType.of(type), options, Answers::unchecked);
  }

  /** As {@link #find(String, Class)}, for a generic type, read as {@code options} say. */
  public <T> CompletableFuture<Lookup<@Nullable T>> find(
      String key, TypeRef<T> type, ReadOptions options) {
    return looking(key, type.valueType(), options, Answers::unchecked);
  }

  private <R> CompletableFuture<R> looking(
      String key, ValueType type, ReadOptions options, Function<Lookup<@Nullable Object>, R> then) {
    Objects.requireNonNull(options, "options");
    return asking(
        engine -> {
          engine.check(key, EntryOptions.defaults());
          Lookup<@Nullable Object> found =
              engine.findInMemory(key, type, options.version(), options.promote());
          if (found != null) {
            return CompletableFuture.completedFuture(then.apply(found));
          }
          return Bridge.read(engine, () -> then.apply(Answers.lookup(engine, key, type, options)));
        });
  }

  /**
   * The value of {@code key}, from memory, from the file, or from {@code loader}, which runs at
   * most once however many callers wait for the key, whether they hold a future, block or suspend.
   * It is null only where a loader or a write gave null.
   *
   * <p>The loader of the first who misses is called on that caller's thread or on one of the
   * cache's, under no lock, and should not block; the others wait for its stage. What it throws, or
   * its stage fails with, reaches every waiter and is not cached. When the last waiter leaves, its
   * stage is cancelled if it is a CompletableFuture.
   *
   * <p>Completes when memory has the value; its row follows. A value that cannot be encoded is
   * given all the same, and not kept.
   *
   * <p>Fails with {@link io.github.cachetronomy.core.RecursiveLoadException} if the loader, on the
   * thread that called it, waits for its own result, directly or through other loads. A future that
   * a loader asks for counts as waited for, whatever becomes of it: to begin a load that is to go
   * on by itself, ask from an executor.
   */
  public <T extends @Nullable Object> CompletableFuture<T> cached(
      String key, Class<@NonNull T> type, Supplier<? extends CompletionStage<? extends T>> loader) {
    return cached(key, type, EntryOptions.defaults(), loader);
  }

  /**
   * As {@link #cached(String, Class, Supplier)}; a loaded value is written as {@code options} say,
   * and an entry of another version than theirs is loaded anew.
   */
  public <T extends @Nullable Object> CompletableFuture<T> cached(
      String key,
      Class<@NonNull T> type,
      EntryOptions options,
      Supplier<? extends CompletionStage<? extends T>> loader) {
    return cached(key, ValueType.of(type), options, loader);
  }

  /** As {@link #cached(String, Class, Supplier)}, for a generic type. */
  public <T extends @Nullable Object> CompletableFuture<T> cached(
      String key, TypeRef<T> type, Supplier<? extends CompletionStage<? extends T>> loader) {
    return cached(key, type, EntryOptions.defaults(), loader);
  }

  /** As {@link #cached(String, Class, EntryOptions, Supplier)}, for a generic type. */
  public <T extends @Nullable Object> CompletableFuture<T> cached(
      String key,
      TypeRef<T> type,
      EntryOptions options,
      Supplier<? extends CompletionStage<? extends T>> loader) {
    return cached(key, type.valueType(), options, loader);
  }

  private <T extends @Nullable Object> CompletableFuture<T> cached(
      String key,
      ValueType type,
      EntryOptions options,
      Supplier<? extends CompletionStage<? extends T>> loader) {
    Objects.requireNonNull(loader, "loader");
    return asking(
        engine -> {
          engine.check(key, options);
          Object value = engine.getInMemory(key, type, options.getVersion(), true);
          if (value != CacheEngine.NOTHING) {
            return CompletableFuture.completedFuture(Answers.unchecked(value));
          }
          LoadRequest request = Answers.request(type, options);
          return typed(Bridge.cachedLater(engine, key, request, loader));
        });
  }

  /** Begins to memoize functions that give futures of a {@code type}; see {@link AsyncMemoizer}. */
  public <R extends @Nullable Object> AsyncMemoizer<R> memoize(
      String name, Class<@NonNull R> type) {
    return new AsyncMemoizer<>(
        access::getEngine, name, ValueType.of(type), FunctionOptions.defaults());
  }

  /** As {@link #memoize(String, Class)}, for a generic type. */
  public <R extends @Nullable Object> AsyncMemoizer<R> memoize(String name, TypeRef<R> type) {
    return new AsyncMemoizer<>(
        access::getEngine, name, type.valueType(), FunctionOptions.defaults());
  }

  /**
   * The values of {@code keys}: what memory and the file have, and for all that is missing one call
   * of {@code loader}. Keys that another caller is loading already are waited for, not loaded
   * again. A key that the loader leaves out is left out here. Otherwise as {@link #cached(String,
   * Class, Supplier)}.
   *
   * @param loader gets the missing keys, never none
   * @return in the order of {@code keys}
   */
  public <T extends @Nullable Object> CompletableFuture<Map<String, T>> cachedMany(
      Collection<String> keys,
      Class<@NonNull T> type,
      Function<Set<String>, ? extends CompletionStage<? extends Map<String, ? extends T>>> loader) {
    return cachedMany(keys, type, EntryOptions.defaults(), loader);
  }

  /**
   * As {@link #cachedMany(Collection, Class, Function)}; loaded values are written as {@code
   * options} say.
   */
  public <T extends @Nullable Object> CompletableFuture<Map<String, T>> cachedMany(
      Collection<String> keys,
      Class<@NonNull T> type,
      EntryOptions options,
      Function<Set<String>, ? extends CompletionStage<? extends Map<String, ? extends T>>> loader) {
    return cachedMany(keys, ValueType.of(type), options, loader);
  }

  /** As {@link #cachedMany(Collection, Class, Function)}, for a generic type. */
  public <T extends @Nullable Object> CompletableFuture<Map<String, T>> cachedMany(
      Collection<String> keys,
      TypeRef<T> type,
      Function<Set<String>, ? extends CompletionStage<? extends Map<String, ? extends T>>> loader) {
    return cachedMany(keys, type, EntryOptions.defaults(), loader);
  }

  /** As {@link #cachedMany(Collection, Class, EntryOptions, Function)}, for a generic type. */
  public <T extends @Nullable Object> CompletableFuture<Map<String, T>> cachedMany(
      Collection<String> keys,
      TypeRef<T> type,
      EntryOptions options,
      Function<Set<String>, ? extends CompletionStage<? extends Map<String, ? extends T>>> loader) {
    return cachedMany(keys, type.valueType(), options, loader);
  }

  private <T extends @Nullable Object> CompletableFuture<Map<String, T>> cachedMany(
      Collection<String> keys,
      ValueType type,
      EntryOptions options,
      Function<Set<String>, ? extends CompletionStage<? extends Map<String, ? extends T>>> loader) {
    Objects.requireNonNull(loader, "loader");
    return asking(
        engine -> {
          keys.forEach(key -> engine.check(key, options));
          LoadRequest request = Answers.request(type, options);
          return typed(Bridge.cachedManyLater(engine, keys, request, loader));
        });
  }

  /**
   * The values of those {@code keys} that have one, in the order of {@code keys}; nulls among them.
   */
  public <T extends @Nullable Object> CompletableFuture<Map<String, T>> getMany(
      Collection<String> keys, Class<@NonNull T> type) {
    return getMany(keys, ValueType.of(type));
  }

  /** As {@link #getMany(Collection, Class)}, for a generic type. */
  public <T extends @Nullable Object> CompletableFuture<Map<String, T>> getMany(
      Collection<String> keys, TypeRef<T> type) {
    return getMany(keys, type.valueType());
  }

  private <T extends @Nullable Object> CompletableFuture<Map<String, T>> getMany(
      Collection<String> keys, ValueType type) {
    return asking(
        engine -> {
          List<String> wanted = new ArrayList<>(keys);
          wanted.forEach(key -> engine.check(key, EntryOptions.defaults()));
          Map<String, @Nullable Object> found = engine.getManyInMemory(wanted, type);
          if (found != null) {
            return CompletableFuture.completedFuture(Answers.unchecked(found));
          }
          return Bridge.read(engine, () -> Answers.unchecked(engine.getMany(wanted, type)));
        });
  }

  /** Whether there is a live entry. */
  public CompletableFuture<Boolean> contains(String key) {
    return reading(key, engine -> engine.contains(key));
  }

  /** What is known of the live entry beside its value; empty if there is none. */
  public CompletableFuture<Optional<EntryMetadata>> metadata(String key) {
    return reading(key, engine -> Optional.ofNullable(engine.metadata(key)));
  }

  /**
   * Writes {@code value} to memory at once and to the file, and completes when it is as safe as the
   * cache's durability says. For its type see {@link BlockingCachetronaut#set(String, Object)}.
   */
  public CompletableFuture<EntryMetadata> set(String key, Object value) {
    return set(key, value, EntryOptions.defaults());
  }

  /** As {@link #set(String, Object)}, written as {@code options} say. */
  public CompletableFuture<EntryMetadata> set(String key, Object value, EntryOptions options) {
    return writing(engine -> engine.set(key, value, Types.ofValue(value), options));
  }

  /** As {@link #set(String, Object)}, for a value of a generic type, which may be null. */
  public <T extends @Nullable Object> CompletableFuture<EntryMetadata> set(
      String key, T value, TypeRef<T> type) {
    return set(key, value, type, EntryOptions.defaults());
  }

  /** As {@link #set(String, Object, TypeRef)}, written as {@code options} say. */
  public <T extends @Nullable Object> CompletableFuture<EntryMetadata> set(
      String key, T value, TypeRef<T> type, EntryOptions options) {
    return writing(engine -> engine.set(key, value, type.valueType(), options));
  }

  /**
   * Writes all {@code values} in one transaction: after a crash either all are there or none.
   * Otherwise as {@link #set(String, Object)}, each value under its own class.
   */
  public CompletableFuture<Void> setMany(Map<String, ?> values) {
    return setMany(values, EntryOptions.defaults());
  }

  /** As {@link #setMany(Map)}, written as {@code options} say. */
  public CompletableFuture<Void> setMany(Map<String, ?> values, EntryOptions options) {
    return finishing(engine -> engine.setMany(values, Types::ofValue, options));
  }

  /** As {@link #setMany(Map)}, for values of a generic type, which may be null. */
  public <T extends @Nullable Object> CompletableFuture<Void> setMany(
      Map<String, ? extends T> values, TypeRef<T> type, EntryOptions options) {
    return finishing(engine -> engine.setMany(values, value -> type.valueType(), options));
  }

  /**
   * Makes all the writes and removals that {@code writes} asks for in one transaction: readers see
   * all of them or none, also after a crash. Done when it is committed, whatever the cache's
   * durability; fails with a {@link io.github.cachetronomy.core.StoreUnavailableException} if the
   * store does not take it, and memory and file are then as before.
   *
   * <p>{@code writes} runs at once, on this thread and under no lock, before anything is written.
   * What it throws is thrown on from here, unless the cache itself reports it, which fails the
   * future; nothing is written then.
   */
  public CompletableFuture<Void> transaction(Consumer<? super Transaction> writes) {
    return finishing(
        engine -> {
          WriteBatch batch = engine.newBatch();
          writes.accept(new Transaction(batch));
          return engine.commit(batch);
        });
  }

  /**
   * Writes {@code value} if there is no live entry, atomically and across processes, and tells
   * whether it did.
   */
  public CompletableFuture<Boolean> setIfAbsent(String key, Object value) {
    return setIfAbsent(key, value, EntryOptions.defaults());
  }

  /** As {@link #setIfAbsent(String, Object)}, written as {@code options} say. */
  public CompletableFuture<Boolean> setIfAbsent(String key, Object value, EntryOptions options) {
    return writing(engine -> engine.setIfAbsent(key, value, Types.ofValue(value), options));
  }

  /** As {@link #setIfAbsent(String, Object)}, for a value of a generic type, which may be null. */
  public <T extends @Nullable Object> CompletableFuture<Boolean> setIfAbsent(
      String key, T value, TypeRef<T> type, EntryOptions options) {
    return writing(engine -> engine.setIfAbsent(key, value, type.valueType(), options));
  }

  /**
   * Writes {@code value} if the entry's value equals {@code expected}, atomically and across
   * processes, and tells whether it did. The entry is read as the type of {@code value}.
   */
  public <T> CompletableFuture<Boolean> replace(String key, T expected, T value) {
    return replace(key, expected, value, EntryOptions.defaults());
  }

  /** As {@link #replace(String, Object, Object)}, written as {@code options} say. */
  public <T> CompletableFuture<Boolean> replace(
      String key, T expected, T value, EntryOptions options) {
    return replace(key, expected, value, Types.ofValue(value), options);
  }

  /**
   * As {@link #replace(String, Object, Object)}, for values of a generic type, which may be null.
   */
  public <T extends @Nullable Object> CompletableFuture<Boolean> replace(
      String key, T expected, T value, TypeRef<T> type, EntryOptions options) {
    return replace(key, expected, value, type.valueType(), options);
  }

  private CompletableFuture<Boolean> replace(
      String key,
      @Nullable Object expected,
      @Nullable Object value,
      ValueType type,
      EntryOptions options) {
    return asking(
        engine -> {
          engine.check(key, options);
          return Bridge.replaceLater(engine, key, expected, value, type, options);
        });
  }

  /**
   * Writes what {@code change} makes of the present value, null where there is none, and gives it.
   *
   * <p>Atomic across processes: if the entry changed meanwhile, {@code change} is called again with
   * the new value, so it should have no effects of its own. It runs on the caller's thread or on
   * one of the cache's, under no lock; what it throws fails the future, as {@link
   * io.github.cachetronomy.core.DecodingFailedException} does if there is a value that cannot be
   * read as {@code type}.
   */
  public <T extends @Nullable Object> CompletableFuture<T> update(
      String key, Class<@NonNull T> type, UnaryOperator<@Nullable T> change) {
    return update(key, type, EntryOptions.defaults(), change);
  }

  /** As {@link #update(String, Class, UnaryOperator)}, written as {@code options} say. */
  public <T extends @Nullable Object> CompletableFuture<T> update(
      String key, Class<@NonNull T> type, EntryOptions options, UnaryOperator<@Nullable T> change) {
    return update(key, ValueType.of(type), options, change);
  }

  /** As {@link #update(String, Class, UnaryOperator)}, for a generic type. */
  public <T extends @Nullable Object> CompletableFuture<T> update(
      String key, TypeRef<T> type, UnaryOperator<@Nullable T> change) {
    return update(key, type, EntryOptions.defaults(), change);
  }

  /** As {@link #update(String, Class, EntryOptions, UnaryOperator)}, for a generic type. */
  public <T extends @Nullable Object> CompletableFuture<T> update(
      String key, TypeRef<T> type, EntryOptions options, UnaryOperator<@Nullable T> change) {
    return update(key, type.valueType(), options, change);
  }

  private <T extends @Nullable Object> CompletableFuture<T> update(
      String key, ValueType type, EntryOptions options, UnaryOperator<@Nullable T> change) {
    Objects.requireNonNull(change, "change");
    return asking(
        engine -> {
          engine.check(key, options);
          UnaryOperator<@Nullable Object> untyped =
              present -> change.apply(Answers.unchecked(present));
          return typed(Bridge.updateLater(engine, key, type, options, untyped));
        });
  }

  /** Adds 1, beginning at 0. See {@link #increment(String, long, long, EntryOptions)}. */
  public CompletableFuture<Long> increment(String key) {
    return increment(key, 1);
  }

  /** Adds {@code by}, beginning at 0. See {@link #increment(String, long, long, EntryOptions)}. */
  public CompletableFuture<Long> increment(String key, long by) {
    return increment(key, by, 0, EntryOptions.defaults());
  }

  /**
   * Adds {@code by} to the whole number under {@code key}, atomically and across processes, and
   * gives the sum. Where there is none, counting begins at {@code initial} with the time to live
   * and tags of {@code options}; an existing entry keeps its own.
   *
   * <p>Fails with {@link io.github.cachetronomy.core.DecodingFailedException} if the value is no
   * whole number in JSON, and with {@link ArithmeticException} if the sum does not fit a long.
   */
  public CompletableFuture<Long> increment(
      String key, long by, long initial, EntryOptions options) {
    return writing(engine -> engine.increment(key, by, initial, options));
  }

  /** Gives a live entry the profile's time to live, from now on. Tells whether there was one. */
  public CompletableFuture<Boolean> touch(String key) {
    return writing(engine -> engine.touch(key, null));
  }

  /**
   * Gives a live entry a new time to live, from now on. Tells whether there was one.
   *
   * @param timeToLive positive; {@link EntryOptions#NEVER_EXPIRES} = for ever
   */
  public CompletableFuture<Boolean> touch(String key, Duration timeToLive) {
    Objects.requireNonNull(timeToLive, "timeToLive");
    return writing(engine -> engine.touch(key, timeToLive));
  }

  /**
   * Removes the entry and gives its value, atomically: of many callers one gets it. Empty, and
   * nothing is removed, if there is none of this type; also empty if the value was null.
   */
  public <T> CompletableFuture<Optional<T>> remove(String key, Class<T> type) {
    return remove(key, ValueType.of(type));
  }

  /** As {@link #remove(String, Class)}, for a generic type. */
  public <T> CompletableFuture<Optional<T>> remove(String key, TypeRef<T> type) {
    return remove(key, type.valueType());
  }

  private <T> CompletableFuture<Optional<T>> remove(String key, ValueType type) {
    return asking(
        engine -> {
          engine.check(key, EntryOptions.defaults());
          return typed(Bridge.removeLater(engine, key, type));
        });
  }

  /** Removes the entry from memory and file. Tells whether there was a live one. */
  public CompletableFuture<Boolean> delete(String key) {
    return writing(engine -> engine.delete(key));
  }

  /** Removes the entries of {@code keys} in one transaction. Tells how many were live. */
  public CompletableFuture<Integer> deleteMany(Collection<String> keys) {
    return writing(engine -> engine.deleteMany(keys));
  }

  /** Removes every entry. Tells how many there were in the file. */
  public CompletableFuture<Long> clear() {
    return writing(CacheEngine::clear);
  }

  /** Removes the expired entries and gives them. */
  public CompletableFuture<List<ExpiredEntry>> clearExpired() {
    return writing(CacheEngine::clearExpired);
  }

  /** Removes the entries with at least one of {@code tags}. Tells how many there were. */
  public CompletableFuture<Long> clearByTags(Set<String> tags) {
    return clearByTags(tags, TagMatch.ANY);
  }

  /**
   * Removes the entries that {@code tags} select. Tells how many there were. A load that began
   * before is not kept, and nobody who asks from now on waits for it.
   */
  public CompletableFuture<Long> clearByTags(Set<String> tags, TagMatch match) {
    return writing(engine -> engine.clearByTags(tags, match));
  }

  /**
   * Removes the entries whose key begins with {@code prefix}, as {@link #clearByTags(Set,
   * TagMatch)} does. Tells how many there were.
   */
  public CompletableFuture<Long> clearByPrefix(String prefix) {
    return writing(engine -> engine.clearByPrefix(prefix));
  }

  /**
   * Removes the entries that were last written under the profile {@code name}, as {@link
   * #clearByTags(Set, TagMatch)} does; they are logged as removed by tag. Tells how many there
   * were.
   */
  public CompletableFuture<Long> clearByProfile(String name) {
    Objects.requireNonNull(name, "name");
    return writing(engine -> engine.clearByProfile(name));
  }

  /**
   * Every live key of both tiers, without repeats and sorted, all in one list. {@link
   * BlockingCachetronaut#keys(KeyQuery)} gives them piece by piece.
   */
  public CompletableFuture<List<String>> keys() {
    return asking(
        engine -> Bridge.readSettled(engine, () -> blocking.keysNow(KeyQuery.defaults()).toList()));
  }

  /** As {@link #keysByTags(Set, TagMatch)}, for entries with at least one of {@code tags}. */
  public CompletableFuture<List<String>> keysByTags(Set<String> tags) {
    return keysByTags(tags, TagMatch.ANY);
  }

  /**
   * The live keys of entries that {@code tags} select, of both tiers, without repeats and sorted,
   * all in one list. {@link BlockingCachetronaut#keysByTags(Set, TagMatch, KeyQuery)} gives them
   * piece by piece.
   */
  public CompletableFuture<List<String>> keysByTags(Set<String> tags, TagMatch match) {
    return asking(
        engine ->
            Bridge.readSettled(
                engine, () -> blocking.keysByTagsNow(tags, match, KeyQuery.defaults()).toList()));
  }

  /**
   * How often reads found a value and how often not, and how many live entries there are. Lists
   * every key.
   */
  public CompletableFuture<GroupStats> groupStats() {
    return asking(engine -> Bridge.read(engine, engine::groupStats));
  }

  /** How often keys were read, as the file counts it. */
  public AsyncAccessLog accessLog() {
    return new AsyncAccessLog(this);
  }

  /** What left the cache and why, as the file records it. */
  public AsyncEvictionLog evictionLog() {
    return new AsyncEvictionLog(this);
  }

  /** What is done with the file as a whole: check, vacuum, backup, SQL, export and import. */
  public AsyncAdmin admin() {
    return admin;
  }

  /**
   * Completes when everything written before is committed; fails with {@link
   * io.github.cachetronomy.core.StoreUnavailableException} if that cannot be done within the wait
   * set in the builder.
   */
  public CompletableFuture<Void> flush() {
    return finishing(CacheEngine::flush);
  }

  private <R> CompletableFuture<R> reading(String key, Function<CacheEngine, R> read) {
    return asking(
        engine -> {
          engine.check(key, EntryOptions.defaults());
          return Bridge.read(engine, () -> read.apply(engine));
        });
  }

  /** What {@code read} gives of the file once it has what was written before. */
  <R> CompletableFuture<R> listing(Function<BlockingCachetronaut, R> read) {
    return asking(engine -> Bridge.readSettled(engine, () -> read.apply(blocking)));
  }

  <R> CompletableFuture<R> writing(Function<CacheEngine, Write<R>> write) {
    return asking(engine -> Bridge.write(write.apply(engine)));
  }

  private CompletableFuture<Void> finishing(Function<CacheEngine, Write<?>> write) {
    return asking(engine -> Bridge.finish(write.apply(engine)));
  }

  /** What {@code ask} gives; what the cache has to report before that fails the future. */
  private <R> CompletableFuture<R> asking(Function<CacheEngine, CompletableFuture<R>> ask) {
    try {
      return ask.apply(access.getEngine());
    } catch (CachetronomyException report) {
      return CompletableFuture.failedFuture(report);
    }
  }

  /** The future of a value that the compiler does not know the type of; the engine does. */
  @SuppressWarnings("unchecked")
  private static <T> CompletableFuture<T> typed(CompletableFuture<?> future) {
    return (CompletableFuture<T>) future;
  }
}
