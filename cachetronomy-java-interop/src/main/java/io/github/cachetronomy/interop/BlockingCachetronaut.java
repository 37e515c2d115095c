package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.CacheEntry;
import io.github.cachetronomy.core.CacheHealth;
import io.github.cachetronomy.core.CacheStats;
import io.github.cachetronomy.core.EntryMetadata;
import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.ExpiredEntry;
import io.github.cachetronomy.core.GroupStats;
import io.github.cachetronomy.core.HotKey;
import io.github.cachetronomy.core.Lookup;
import io.github.cachetronomy.core.NamespaceOptions;
import io.github.cachetronomy.core.TagMatch;
import io.github.cachetronomy.core.Tier;
import io.github.cachetronomy.core.annotations.weaving.Weaver;
import io.github.cachetronomy.core.engine.CacheEngine;
import io.github.cachetronomy.core.engine.EngineAccess;
import io.github.cachetronomy.core.engine.reads.LoadRequest;
import io.github.cachetronomy.core.engine.reads.Pages;
import io.github.cachetronomy.core.engine.writes.WriteBatch;
import io.github.cachetronomy.core.functions.FunctionOptions;
import io.github.cachetronomy.core.settings.CacheSettings;
import io.github.cachetronomy.core.spi.CacheEventListener;
import io.github.cachetronomy.core.spi.StoreBackend;
import io.github.cachetronomy.core.spi.ValueType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.NonNull;
import org.jspecify.annotations.Nullable;

/**
 * A cache whose answers survive a restart, for calls that wait: decoded values in memory, in front
 * of one SQLite file.
 *
 * <pre>{@code
 * try (BlockingCachetronaut cache = BlockingCachetronaut.open(Path.of("app.db"))) {
 *   User user = cache.cached("user:7", User.class, () -> api.fetchUser(7));
 * }
 * }</pre>
 *
 * <p>Thread-safe. Every call does its work on the caller's thread, loaders included; {@link #async}
 * is the same cache for callers who would rather have a future.
 *
 * <p><b>Values.</b> Records, beans, collections, and whatever kotlinx.serialization or Jackson can
 * write. Values in memory are the very objects that were written or loaded: treat them as
 * immutable. A null is a value like any other; {@link #get} shows it as an empty Optional, {@link
 * #find} tells it from a miss. Memory hands a value only to a reader of the type it was written as;
 * a reader of another type gets the stored bytes decoded, if they can be.
 *
 * <p><b>Options.</b> A call without {@link EntryOptions} leaves everything to the profile in force.
 *
 * <p><b>Failures.</b> A key that is empty, longer than 65,536 chars or not well-formed UTF-16 is an
 * {@link IllegalArgumentException}, as is a format that no serializer writes; a null where none may
 * be is a {@link NullPointerException}. After {@link #close} there is only {@link
 * io.github.cachetronomy.core.CacheClosedException}. A value that cannot be encoded makes an
 * explicit write throw {@link io.github.cachetronomy.core.EncodingFailedException} and leaves
 * memory and file as they were. A fault of the file costs a miss or a dropped write, an event and a
 * word in {@link #health}, and no caller more than the wait set in the builder; only what the file
 * alone can decide ({@link #setIfAbsent}, {@link #replace}, {@link #update}, {@link #remove},
 * {@link #increment}, {@link #touch}) and {@link #flush} then throw {@link
 * io.github.cachetronomy.core.StoreUnavailableException}.
 *
 * <p><b>Interrupts.</b> A thread that is interrupted while it waits, for another caller's load or
 * for a write, gets a {@link java.util.concurrent.CancellationException} with its interrupt flag
 * set. A write whose commit has not begun is then withdrawn.
 */
public final class BlockingCachetronaut implements AutoCloseable {
  private final EngineAccess access;
  private final AsyncCachetronaut async;
  private final Profiles profiles;
  private final AccessLog accessLog;
  private final EvictionLog evictionLog;
  private final Admin admin;

  BlockingCachetronaut(EngineAccess access) {
    this.access = access;
    this.async = new AsyncCachetronaut(this, access);
    this.profiles = new Profiles(access);
    this.accessLog = new AccessLog(access);
    this.evictionLog = new EvictionLog(access);
    this.admin = new Admin(access);
  }

  /**
   * Opens the cache in {@code file} with default settings, making the file where there is none.
   *
   * <p>A file that is open in this JVM already, through this face or the Kotlin one, is joined:
   * both then share memory, loads and settings, and the last to close ends it. A damaged file is
   * set aside under another name and a new one begun. A file that cannot be opened leaves the cache
   * working in memory only, with its health degraded, unless {@link
   * CachetronautBuilder#requireStore} says otherwise. A first name of {@code ~} in the path is the
   * home folder.
   *
   * @throws io.github.cachetronomy.core.ForeignFileException if the file is another application's
   *     database
   * @throws io.github.cachetronomy.core.StoreUnavailableException if another class loader of this
   *     JVM has it open
   */
  public static BlockingCachetronaut open(Path file) {
    return builder(file).build();
  }

  /**
   * Opens the cache in the file that the surroundings of the program name, as {@link
   * CacheSettings#load()} reads them, and otherwise as {@link #open(Path)} does. The profile that
   * they ask for is in force where the file has one of that name; where it has none it is the
   * default, and {@link #health} says so.
   *
   * @throws io.github.cachetronomy.core.settings.SettingsException if the surroundings hold a
   *     setting that cannot be used
   */
  public static BlockingCachetronaut open() {
    return builder().build();
  }

  /**
   * Opens the cache in {@code file} to be looked at, whoever else has it open: reads see what is
   * committed, and nothing in the file is changed. {@code cached} gives what the file has or loads,
   * and keeps nothing; nothing is kept in memory either. What would write throws an {@link
   * IllegalStateException}.
   *
   * <p>It joins no cache that is open on the file in this JVM. A file that the Python package made
   * is read as it is. SQLite may leave its own {@code -wal} and {@code -shm} beside the file.
   *
   * @throws io.github.cachetronomy.core.ForeignFileException if the file is another application's
   *     database
   * @throws io.github.cachetronomy.core.StoreUnavailableException if there is no file, or no cache
   *     in it, or it cannot be read
   */
  public static BlockingCachetronaut openReadOnly(Path file) {
    return builder(file).buildReadOnly();
  }

  /**
   * Collects settings for the cache in the file that the surroundings of the program name; see
   * {@link #open()}. A profile given to the builder wins over the one they ask for.
   *
   * @throws io.github.cachetronomy.core.settings.SettingsException if the surroundings hold a
   *     setting that cannot be used
   */
  public static CachetronautBuilder builder() {
    return builder(CacheSettings.load());
  }

  /** As {@link #builder()}, with the file and the profile that {@code settings} name. */
  public static CachetronautBuilder builder(CacheSettings settings) {
    return new CachetronautBuilder(settings);
  }

  /** Collects settings for the cache in {@code file}. */
  public static CachetronautBuilder builder(Path file) {
    return new CachetronautBuilder(file);
  }

  /**
   * Collects settings for a cache on a store of the caller's making, which it closes at the end.
   */
  public static CachetronautBuilder builder(StoreBackend store) {
    return new CachetronautBuilder(store);
  }

  /**
   * An object of the interface {@code service} that does what {@code implementation} does, and
   * keeps results as the annotations of the interface say: {@link
   * io.github.cachetronomy.core.annotations.Cached}, {@link
   * io.github.cachetronomy.core.annotations.CachePut} and {@link
   * io.github.cachetronomy.core.annotations.CacheInvalidate}. They may stand on its methods and on
   * those that it inherits from other interfaces; a method without any is just called.
   *
   * <pre>{@code
   * interface Users {
   *   @Cached(timeToLive = "5m")
   *   User find(int id);
   * }
   *
   * Users users = cache.wrap(Users.class, new RemoteUsers());
   * }</pre>
   *
   * <p>A method that returns a value runs on the caller's thread, as a loader of {@link #cached}
   * does; one that returns a future never holds it, and what {@link AsyncCachetronaut} says of
   * futures and cancelling goes for it. What the implementation throws is thrown as it is, or fails
   * the future.
   *
   * <p>The annotations are read here, and not again. Calls of the implementation's own methods
   * among each other are not seen. The result is thread-safe if {@code implementation} is.
   *
   * @throws IllegalArgumentException if {@code service} is no interface, or an annotation says what
   *     cannot be done: a key that names what is not there, a time to live that is none, a result
   *     that cannot be kept. The message has the method's name
   */
  public <S> S wrap(Class<S> service, S implementation) {
    return Weaver.wrap(this::engine, service, implementation);
  }

  /** As {@link #namespace(String, NamespaceOptions)}, with everything as in this cache. */
  public BlockingCachetronaut namespace(String name) {
    return namespace(name, NamespaceOptions.defaults());
  }

  /**
   * The part of this cache that is called {@code name}, as a cache with keys of its own: no two
   * namespaces ever meet, whatever their names and keys are. It is there as soon as something is
   * written to it, in the same file.
   *
   * <pre>{@code
   * var orders = cache.namespace("orders", NamespaceOptions.maxEntries(1_000));
   * orders.set("17", order);
   * }</pre>
   *
   * <p>All operations are about its own entries, and know keys by what they are called in it:
   * listings, removals and {@code clear…}, {@link #evictAll}, {@link #hotKeys}, {@link #stats},
   * {@link #listen}. Removals by tag leave the tag's other entries alone; {@link #clear} is logged
   * as a removal by prefix. What is about the file as a whole is that of the whole cache: {@link
   * #profiles}, {@link #accessLog}, {@link #evictionLog}, {@link #admin}, {@link #health}, {@link
   * #flush}. Of the events, those that are about the whole come as they are. A namespace has
   * namespaces, too, whose entries are also its own.
   *
   * <p>This cache has all entries of its namespaces, under keys that begin with {@code @}, the
   * length of the name, {@code :}, the name and {@code :}; its {@link #clear} removes them, too.
   * The logs and {@link io.github.cachetronomy.core.RecursiveLoadException} name them so, and the
   * name counts for the length of a key.
   *
   * <p>A namespace ends with this cache; {@link #close} of it does nothing. Whoever asks for the
   * same name, while anybody holds on to it, shares its counts and its cap: better keep it than ask
   * for it anew. A cap that is set takes effect with the next call of the namespace. Reads no file.
   *
   * @param options what holds for its entries
   * @throws IllegalArgumentException if the name is empty, longer than 255 chars, or not
   *     well-formed UTF-16
   */
  public BlockingCachetronaut namespace(String name, NamespaceOptions options) {
    Objects.requireNonNull(options, "options");
    return new BlockingCachetronaut(access.namespace(name, options));
  }

  /** This cache for callers who want futures. It ends when this one is closed. */
  public AsyncCachetronaut async() {
    return async;
  }

  /** The value of {@code key}; empty if there is none, or if it is null. */
  public <T> Optional<T> get(String key, Class<T> type) {
    CacheEngine engine = engine();
    Object value = engine.peek(key, type);
    return Answers.optional(
        value != CacheEngine.NOTHING ? value : engine.get(key, ValueType.of(type), null, true));
  }

  /** As {@link #get(String, Class)}, for a generic type. */
  public <T> Optional<T> get(String key, TypeRef<T> type) {
    return Answers.optional(engine().get(key, type.valueType(), null, true));
  }

  /** As {@link #get(String, Class)}, read as {@code options} say. */
  public <T> Optional<T> get(String key, Class<T> type, ReadOptions options) {
    return Answers.value(Answers.lookup(engine(), key, ValueType.of(type), options));
  }

  /** As {@link #get(String, Class)}, for a generic type, read as {@code options} say. */
  public <T> Optional<T> get(String key, TypeRef<T> type, ReadOptions options) {
    return Answers.value(Answers.lookup(engine(), key, type.valueType(), options));
  }

  /** The value of {@code key} with its metadata and the tier that had it, or why there is none. */
  public <T> Lookup<@Nullable T> find(String key, Class<T> type) {
    return find(key, type, ReadOptions.defaults());
  }

  /** As {@link #find(String, Class)}, for a generic type. */
  public <T> Lookup<@Nullable T> find(String key, TypeRef<T> type) {
    return find(key, type, ReadOptions.defaults());
  }

  /** As {@link #find(String, Class)}, read as {@code options} say. */
  public <T> Lookup<@Nullable T> find(String key, Class<T> type, ReadOptions options) {
    return Answers.unchecked(Answers.lookup(engine(), key, ValueType.of(type), options));
  }

  /** As {@link #find(String, Class)}, for a generic type, read as {@code options} say. */
  public <T> Lookup<@Nullable T> find(String key, TypeRef<T> type, ReadOptions options) {
    return Answers.unchecked(Answers.lookup(engine(), key, type.valueType(), options));
  }

  /**
   * The value of {@code key}, from memory, from the file, or from {@code loader}, which runs at
   * most once however many callers wait for the key, whether they block, hold a future or suspend.
   * It is null only where a loader or a write gave null.
   *
   * <p>The loader of the first who misses runs on that caller's thread, under no lock; the others
   * wait for it. What it throws reaches every waiter as thrown, checked exceptions too, and is not
   * cached. If it ends by an interrupt that is the first caller's alone: another waiter then loads.
   *
   * <p>Returns when memory has the value; its row follows. A value that cannot be encoded is
   * returned all the same, and not kept.
   *
   * @throws io.github.cachetronomy.core.RecursiveLoadException if the loader waits for its own
   *     result, directly or through other loads
   */
  public <T extends @Nullable Object> T cached(
      String key, Class<@NonNull T> type, Callable<? extends T> loader) {
    return cached(key, type, EntryOptions.defaults(), loader);
  }

  /**
   * As {@link #cached(String, Class, Callable)}; a loaded value is written as {@code options} say,
   * and an entry of another version than theirs is loaded anew.
   */
  public <T extends @Nullable Object> T cached(
      String key, Class<@NonNull T> type, EntryOptions options, Callable<? extends T> loader) {
    CacheEngine engine = engine();
    if (options.getFormat() != null) {
      engine.requireFormat(options.getFormat());
    }
    if (options.getVersion() == null) {
      Object value = engine.peek(key, type);
      if (value != CacheEngine.NOTHING) {
        return Answers.unchecked(value);
      }
    }
    return Answers.unchecked(
        Bridge.cached(engine, key, Answers.request(ValueType.of(type), options), loader));
  }

  /** As {@link #cached(String, Class, Callable)}, for a generic type. */
  public <T extends @Nullable Object> T cached(
      String key, TypeRef<T> type, Callable<? extends T> loader) {
    return cached(key, type, EntryOptions.defaults(), loader);
  }

  /** As {@link #cached(String, Class, EntryOptions, Callable)}, for a generic type. */
  public <T extends @Nullable Object> T cached(
      String key, TypeRef<T> type, EntryOptions options, Callable<? extends T> loader) {
    return Answers.unchecked(
        Bridge.cached(engine(), key, Answers.request(type.valueType(), options), loader));
  }

  /**
   * Begins to memoize functions that return a {@code type}; see {@link Memoizer}.
   *
   * @param name says which function it is, today and after a restart; no other one may have it
   * @param type the type of the results
   */
  public <R extends @Nullable Object> Memoizer<R> memoize(String name, Class<@NonNull R> type) {
    return new Memoizer<>(this::engine, name, ValueType.of(type), FunctionOptions.defaults());
  }

  /** As {@link #memoize(String, Class)}, for a generic type. */
  public <R extends @Nullable Object> Memoizer<R> memoize(String name, TypeRef<R> type) {
    return new Memoizer<>(this::engine, name, type.valueType(), FunctionOptions.defaults());
  }

  /**
   * The values of {@code keys}: what memory and the file have, and for all that is missing one call
   * of {@code loader}. Keys that another caller is loading already are waited for, not loaded
   * again. A key that the loader leaves out is left out here. Otherwise as {@link #cached(String,
   * Class, Callable)}.
   *
   * @param loader gets the missing keys, never none
   * @return in the order of {@code keys}
   */
  public <T extends @Nullable Object> Map<String, T> cachedMany(
      Collection<String> keys,
      Class<@NonNull T> type,
      Function<Set<String>, ? extends Map<String, ? extends T>> loader) {
    return cachedMany(keys, type, EntryOptions.defaults(), loader);
  }

  /**
   * As {@link #cachedMany(Collection, Class, Function)}; loaded values are written as {@code
   * options} say.
   */
  public <T extends @Nullable Object> Map<String, T> cachedMany(
      Collection<String> keys,
      Class<@NonNull T> type,
      EntryOptions options,
      Function<Set<String>, ? extends Map<String, ? extends T>> loader) {
    return cachedMany(keys, Answers.request(ValueType.of(type), options), loader);
  }

  /** As {@link #cachedMany(Collection, Class, Function)}, for a generic type. */
  public <T extends @Nullable Object> Map<String, T> cachedMany(
      Collection<String> keys,
      TypeRef<T> type,
      Function<Set<String>, ? extends Map<String, ? extends T>> loader) {
    return cachedMany(keys, type, EntryOptions.defaults(), loader);
  }

  /** As {@link #cachedMany(Collection, Class, EntryOptions, Function)}, for a generic type. */
  public <T extends @Nullable Object> Map<String, T> cachedMany(
      Collection<String> keys,
      TypeRef<T> type,
      EntryOptions options,
      Function<Set<String>, ? extends Map<String, ? extends T>> loader) {
    return cachedMany(keys, Answers.request(type.valueType(), options), loader);
  }

  private <T extends @Nullable Object> Map<String, T> cachedMany(
      Collection<String> keys,
      LoadRequest request,
      Function<Set<String>, ? extends Map<String, ? extends T>> loader) {
    Objects.requireNonNull(loader, "loader");
    return Answers.unchecked(engine().cachedManyBlocking(keys, request, loader::apply));
  }

  /**
   * The values of those {@code keys} that have one, in the order of {@code keys}; nulls among them.
   */
  public <T extends @Nullable Object> Map<String, T> getMany(
      Collection<String> keys, Class<@NonNull T> type) {
    return Answers.unchecked(engine().getMany(keys, ValueType.of(type)));
  }

  /** As {@link #getMany(Collection, Class)}, for a generic type. */
  public <T extends @Nullable Object> Map<String, T> getMany(
      Collection<String> keys, TypeRef<T> type) {
    return Answers.unchecked(engine().getMany(keys, type.valueType()));
  }

  /** Whether there is a live entry. */
  public boolean contains(String key) {
    return engine().contains(key);
  }

  /** What is known of the live entry beside its value; empty if there is none. */
  public Optional<EntryMetadata> metadata(String key) {
    return Optional.ofNullable(engine().metadata(key));
  }

  /**
   * Writes {@code value} to memory and file, and returns when it is as safe as the cache's
   * durability says.
   *
   * <p>Its type is its class; the lists, sets and maps of {@code java.util} are taken for {@link
   * List}, {@link Set} and {@link Map}. What is to be read as a generic type is better written as
   * one, with a {@link TypeRef}: memory can then hand it over. So is a null, which has no class.
   */
  public EntryMetadata set(String key, Object value) {
    return set(key, value, EntryOptions.defaults());
  }

  /** As {@link #set(String, Object)}, written as {@code options} say. */
  public EntryMetadata set(String key, Object value, EntryOptions options) {
    return engine().set(key, value, Types.ofValue(value), options).await();
  }

  /** As {@link #set(String, Object)}, for a value of a generic type, which may be null. */
  public <T extends @Nullable Object> EntryMetadata set(String key, T value, TypeRef<T> type) {
    return set(key, value, type, EntryOptions.defaults());
  }

  /** As {@link #set(String, Object, TypeRef)}, written as {@code options} say. */
  public <T extends @Nullable Object> EntryMetadata set(
      String key, T value, TypeRef<T> type, EntryOptions options) {
    return engine().set(key, value, type.valueType(), options).await();
  }

  /**
   * Writes all {@code values} in one transaction: after a crash either all are there or none.
   * Otherwise as {@link #set(String, Object)}, each value under its own class.
   */
  public void setMany(Map<String, ?> values) {
    setMany(values, EntryOptions.defaults());
  }

  /** As {@link #setMany(Map)}, written as {@code options} say. */
  public void setMany(Map<String, ?> values, EntryOptions options) {
    engine().setMany(values, Types::ofValue, options).await();
  }

  /** As {@link #setMany(Map)}, for values of a generic type, which may be null. */
  public <T extends @Nullable Object> void setMany(
      Map<String, ? extends T> values, TypeRef<T> type, EntryOptions options) {
    engine().setMany(values, value -> type.valueType(), options).await();
  }

  /**
   * Makes all the writes and removals that {@code writes} asks for in one transaction: readers see
   * all of them or none, also after a crash. Returns when it is committed, whatever the cache's
   * durability. What {@code writes} throws is thrown on, and nothing is written then.
   *
   * <p>{@code writes} runs at once, on this thread and under no lock, before anything is written.
   *
   * @throws io.github.cachetronomy.core.StoreUnavailableException if the store does not take it;
   *     memory and file are then as before
   */
  public void transaction(Consumer<? super Transaction> writes) {
    CacheEngine engine = engine();
    WriteBatch batch = engine.newBatch();
    writes.accept(new Transaction(batch));
    engine.commit(batch).await();
  }

  /**
   * Writes {@code value} if there is no live entry, atomically and across processes.
   *
   * @return whether it did
   */
  public boolean setIfAbsent(String key, Object value) {
    return setIfAbsent(key, value, EntryOptions.defaults());
  }

  /** As {@link #setIfAbsent(String, Object)}, written as {@code options} say. */
  public boolean setIfAbsent(String key, Object value, EntryOptions options) {
    return engine().setIfAbsent(key, value, Types.ofValue(value), options).await();
  }

  /** As {@link #setIfAbsent(String, Object)}, for a value of a generic type, which may be null. */
  public <T extends @Nullable Object> boolean setIfAbsent(
      String key, T value, TypeRef<T> type, EntryOptions options) {
    return engine().setIfAbsent(key, value, type.valueType(), options).await();
  }

  /**
   * Writes {@code value} if the entry's value equals {@code expected}, atomically and across
   * processes. The entry is read as the type of {@code value}.
   *
   * @return whether it did
   */
  public <T> boolean replace(String key, T expected, T value) {
    return replace(key, expected, value, EntryOptions.defaults());
  }

  /** As {@link #replace(String, Object, Object)}, written as {@code options} say. */
  public <T> boolean replace(String key, T expected, T value, EntryOptions options) {
    return replace(key, expected, value, Types.ofValue(value), options);
  }

  /**
   * As {@link #replace(String, Object, Object)}, for values of a generic type, which may be null.
   */
  public <T extends @Nullable Object> boolean replace(
      String key, T expected, T value, TypeRef<T> type, EntryOptions options) {
    return replace(key, expected, value, type.valueType(), options);
  }

  private boolean replace(
      String key,
      @Nullable Object expected,
      @Nullable Object value,
      ValueType type,
      EntryOptions options) {
    return engine().replaceBlocking(key, expected, value, type, options);
  }

  /**
   * Writes what {@code change} makes of the present value, null where there is none, and returns
   * it.
   *
   * <p>Atomic across processes: if the entry changed meanwhile, {@code change} is called again with
   * the new value, so it should have no effects of its own. It runs on this thread, under no lock;
   * what it throws ends the update.
   *
   * @throws io.github.cachetronomy.core.DecodingFailedException if there is a value that cannot be
   *     read as {@code type}
   */
  public <T extends @Nullable Object> T update(
      String key, Class<@NonNull T> type, UnaryOperator<@Nullable T> change) {
    return update(key, type, EntryOptions.defaults(), change);
  }

  /** As {@link #update(String, Class, UnaryOperator)}, written as {@code options} say. */
  public <T extends @Nullable Object> T update(
      String key, Class<@NonNull T> type, EntryOptions options, UnaryOperator<@Nullable T> change) {
    return Answers.unchecked(update(key, ValueType.of(type), options, change));
  }

  /** As {@link #update(String, Class, UnaryOperator)}, for a generic type. */
  public <T extends @Nullable Object> T update(
      String key, TypeRef<T> type, UnaryOperator<@Nullable T> change) {
    return update(key, type, EntryOptions.defaults(), change);
  }

  /** As {@link #update(String, Class, EntryOptions, UnaryOperator)}, for a generic type. */
  public <T extends @Nullable Object> T update(
      String key, TypeRef<T> type, EntryOptions options, UnaryOperator<@Nullable T> change) {
    return Answers.unchecked(update(key, type.valueType(), options, change));
  }

  private <T> @Nullable T update(
      String key, ValueType type, EntryOptions options, UnaryOperator<@Nullable T> change) {
    return Answers.unchecked(
        engine()
            .updateBlocking(
                key, type, options, present -> change.apply(Answers.unchecked(present))));
  }

  /** Adds 1, beginning at 0. See {@link #increment(String, long, long, EntryOptions)}. */
  public long increment(String key) {
    return increment(key, 1);
  }

  /** Adds {@code by}, beginning at 0. See {@link #increment(String, long, long, EntryOptions)}. */
  public long increment(String key, long by) {
    return increment(key, by, 0, EntryOptions.defaults());
  }

  /**
   * Adds {@code by} to the whole number under {@code key}, atomically and across processes, and
   * returns the sum. Where there is none, counting begins at {@code initial} with the time to live
   * and tags of {@code options}; an existing entry keeps its own.
   *
   * @throws io.github.cachetronomy.core.DecodingFailedException if the value is no whole number in
   *     JSON
   * @throws ArithmeticException if the sum does not fit a long
   */
  public long increment(String key, long by, long initial, EntryOptions options) {
    return engine().increment(key, by, initial, options).await();
  }

  /**
   * Gives a live entry the profile's time to live, from now on.
   *
   * @return whether there was one
   */
  public boolean touch(String key) {
    return engine().touch(key, null).await();
  }

  /**
   * Gives a live entry a new time to live, from now on.
   *
   * @param timeToLive positive; {@link EntryOptions#NEVER_EXPIRES} = for ever
   * @return whether there was one
   */
  public boolean touch(String key, Duration timeToLive) {
    return engine().touch(key, Objects.requireNonNull(timeToLive, "timeToLive")).await();
  }

  /**
   * Removes the entry and returns its value, atomically: of many callers one gets it. Empty, and
   * nothing is removed, if there is none of this type; also empty if the value was null.
   */
  public <T> Optional<T> remove(String key, Class<T> type) {
    return remove(key, ValueType.of(type));
  }

  /** As {@link #remove(String, Class)}, for a generic type. */
  public <T> Optional<T> remove(String key, TypeRef<T> type) {
    return remove(key, type.valueType());
  }

  private <T> Optional<T> remove(String key, ValueType type) {
    return Answers.optional(engine().removeBlocking(key, type));
  }

  /** Removes the entry from memory and file. Returns whether there was a live one. */
  public boolean delete(String key) {
    return engine().delete(key).await();
  }

  /** Removes the entries of {@code keys} in one transaction. Returns how many were live. */
  public int deleteMany(Collection<String> keys) {
    return engine().deleteMany(keys).await();
  }

  /** Takes the entry out of memory and leaves the file. Returns whether memory had it. */
  public boolean evict(String key) {
    return engine().evict(key);
  }

  /** Empties memory and leaves the file. */
  public void evictAll() {
    engine().evictAll();
  }

  /** Removes every entry. Returns how many there were in the file. */
  public long clear() {
    return engine().clear().await();
  }

  /**
   * Removes the expired entries and returns them. They would not be served anyway; this gives back
   * their space.
   */
  public List<ExpiredEntry> clearExpired() {
    return engine().clearExpired().await();
  }

  /** Removes the entries with at least one of {@code tags}. Returns how many there were. */
  public long clearByTags(Set<String> tags) {
    return clearByTags(tags, TagMatch.ANY);
  }

  /**
   * Removes the entries that {@code tags} select. Returns how many there were. A load that began
   * before is not kept, and nobody who asks from now on waits for it.
   */
  public long clearByTags(Set<String> tags, TagMatch match) {
    return engine().clearByTags(tags, match).await();
  }

  /**
   * Removes the entries whose key begins with {@code prefix}, as {@link #clearByTags(Set,
   * TagMatch)} does. Returns how many there were.
   */
  public long clearByPrefix(String prefix) {
    return engine().clearByPrefix(prefix).await();
  }

  /**
   * Removes the entries that were last written under the profile {@code name}, as {@link
   * #clearByTags(Set, TagMatch)} does; they are logged as removed by tag. Returns how many there
   * were.
   */
  public long clearByProfile(String name) {
    return engine().clearByProfile(Objects.requireNonNull(name, "name")).await();
  }

  /** Every live key of both tiers, without repeats and sorted. See {@link #keys(KeyQuery)}. */
  public Stream<String> keys() {
    return keys(KeyQuery.defaults());
  }

  /**
   * The keys that {@code query} selects. The file is read page by page while the stream is used, so
   * the whole is never in memory; entries that come or go meanwhile may or may not be among them.
   * The stream need not be closed.
   */
  public Stream<String> keys(KeyQuery query) {
    engine().settle();
    return keysNow(query);
  }

  /** As {@link #keys(KeyQuery)}, without waiting for what is queued. */
  Stream<String> keysNow(KeyQuery query) {
    return stream(
        engine().keys(query.tier(), query.includeExpired(), query.order(), query.prefix()));
  }

  /** The live keys of entries with at least one of {@code tags}, of both tiers, sorted. */
  public Stream<String> keysByTags(Set<String> tags) {
    return keysByTags(tags, TagMatch.ANY);
  }

  /** The live keys of entries that {@code tags} select, of both tiers, sorted. */
  public Stream<String> keysByTags(Set<String> tags, TagMatch match) {
    return keysByTags(tags, match, KeyQuery.defaults());
  }

  /**
   * The keys of entries that {@code tags} and {@code query} both select, as {@link #keys(KeyQuery)}
   * gives them. What may have one of the tags is read page by page, and never all of it at once.
   */
  public Stream<String> keysByTags(Set<String> tags, TagMatch match, KeyQuery query) {
    engine().settle();
    return keysByTagsNow(tags, match, query);
  }

  /** As {@link #keysByTags(Set, TagMatch, KeyQuery)}, without waiting for what is queued. */
  Stream<String> keysByTagsNow(Set<String> tags, TagMatch match, KeyQuery query) {
    Objects.requireNonNull(tags, "tags");
    Objects.requireNonNull(match, "match");
    return stream(
        engine()
            .keysByTags(
                tags, match, query.tier(), query.includeExpired(), query.order(), query.prefix()));
  }

  /**
   * The entries of the file that {@code query} selects, with their values, page by page as {@link
   * #keys(KeyQuery)}. One that cannot be read is listed with its reason.
   *
   * @throws IllegalArgumentException if the query is for memory, which is not listed by itself
   */
  public <T> Stream<CacheEntry<@Nullable T>> entries(Class<T> type, KeyQuery query) {
    return entries(ValueType.of(type), query);
  }

  /** As {@link #entries(Class, KeyQuery)}, for a generic type. */
  public <T> Stream<CacheEntry<@Nullable T>> entries(TypeRef<T> type, KeyQuery query) {
    return entries(type.valueType(), query);
  }

  private <T> Stream<CacheEntry<@Nullable T>> entries(ValueType type, KeyQuery query) {
    if (query.tier() == Tier.MEMORY) {
      throw new IllegalArgumentException("entries are listed from the file: " + query);
    }
    engine().settle();
    return stream(engine().entries(type, query.includeExpired(), query.order(), query.prefix()));
  }

  private <T> Stream<T> stream(Pages<? extends T> pages) {
    return PageStream.of(access, pages);
  }

  /**
   * The state of an object under {@code id}: restored, or made by {@code create} where there is
   * none. Not saved yet in that case.
   *
   * <pre>{@code
   * var onClose = StateOptions.defaults().withSave(SaveState.ON_CLOSE);
   * try (CachedState<Game> game = cache.state("player1", Game.class, onClose, Game::new)) {
   *   game.update(Game::withOneMorePoint);
   * }
   * }</pre>
   *
   * <p>Records, beans and Kotlin's serializable classes are encoded as JSON. What Jackson leaves
   * out of a bean ({@code @JsonIgnore}) or kotlinx.serialization of its classes
   * ({@code @Transient}) is not saved, and restored as a new object has it; a record needs all of
   * its components. A state that cannot be decoded, after a change of the class, counts as none;
   * unknown fields are passed over only where the class says so
   * ({@code @JsonIgnoreProperties(ignoreUnknown = true)}).
   *
   * <p>A restored object is always a new one. The file has one row for the state, and one for each
   * of its fields where it is large; a save writes what has changed.
   *
   * <p>{@code create} runs on this thread, under no lock, gives no null, and what it throws is
   * thrown on. Two callers who ask for an absent state at once both create one.
   *
   * @param id any text of any length; the row's key is {@code Keys.of("state", id)}
   * @throws io.github.cachetronomy.core.StoreUnavailableException if the file cannot be asked:
   *     whoever went on with a new object would overwrite the old one
   */
  public <T> CachedState<T> state(String id, Class<T> type, Callable<? extends T> create) {
    return state(id, type, StateOptions.defaults(), create);
  }

  /** As {@link #state(String, Class, Callable)}, restored and saved as {@code options} say. */
  public <T> CachedState<T> state(
      String id, Class<T> type, StateOptions options, Callable<? extends T> create) {
    return state(id, ValueType.of(type), options, create);
  }

  /** As {@link #state(String, Class, Callable)}, for a generic type. */
  public <T> CachedState<T> state(String id, TypeRef<T> type, Callable<? extends T> create) {
    return state(id, type, StateOptions.defaults(), create);
  }

  /** As {@link #state(String, Class, StateOptions, Callable)}, for a generic type. */
  public <T> CachedState<T> state(
      String id, TypeRef<T> type, StateOptions options, Callable<? extends T> create) {
    return state(id, type.valueType(), options, create);
  }

  private <T> CachedState<T> state(
      String id, ValueType type, StateOptions options, Callable<? extends T> create) {
    Objects.requireNonNull(create, "create");
    return new CachedState<>(StateBridge.open(access, engine(), id, type, options, create));
  }

  /** The {@code limit} most read of the keys that memory holds, most read first. */
  public List<HotKey> hotKeys(int limit) {
    return engine().hotKeys(limit);
  }

  /**
   * What the cache did since it was opened. Of a {@link #namespace(String) namespace}: what was
   * asked through it and what became of its entries, since the first of those who share it asked
   * for it; looks at every key in memory.
   */
  public CacheStats stats() {
    return engine().stats();
  }

  /**
   * How often reads found a value and how often not, and how many live entries there are. Lists
   * every key.
   *
   * @throws io.github.cachetronomy.core.StoreUnavailableException if the file cannot be read
   */
  public GroupStats groupStats() {
    return engine().groupStats();
  }

  /** Whether the cache works as it was set up to, and why not. */
  public CacheHealth health() {
    return engine().health();
  }

  /** The profiles of the file, and which of them is in force. */
  public Profiles profiles() {
    return profiles;
  }

  /** How often keys were read, as the file counts it. */
  public AccessLog accessLog() {
    return accessLog;
  }

  /** What left the cache and why, as the file records it. */
  public EvictionLog evictionLog() {
    return evictionLog;
  }

  /** What is done with the file as a whole: check, vacuum, backup, SQL, export and import. */
  public Admin admin() {
    return admin;
  }

  /**
   * Tells {@code listener} of the cache's events from now on, on a thread of the cache's, until the
   * result or the cache is closed. A slow listener loses the oldest waiting events; {@link #stats}
   * counts them.
   */
  public Subscription listen(CacheEventListener listener) {
    AutoCloseable events = engine().listen(listener);
    return () -> Bridge.close(events);
  }

  /**
   * Waits until everything written before is committed.
   *
   * @throws io.github.cachetronomy.core.StoreUnavailableException if that cannot be done within the
   *     wait set in the builder
   */
  public void flush() {
    engine().flush().await();
  }

  /**
   * Ends this cache: saves the {@link #state states} that are to be saved on closing, cancels its
   * loads, writes what is queued and closes the file, unless somebody else has the file open in
   * this JVM. Blocks for five seconds at the most; closing twice is closing once. Callers who wait
   * for a load get {@link io.github.cachetronomy.core.CacheClosedException}. On a {@link
   * #namespace(String) namespace} it does nothing.
   */
  @Override
  public void close() {
    access.close();
  }

  private CacheEngine engine() {
    return access.getEngine();
  }
}
