package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.core.CacheClosedException;
import io.github.cachetronomy.core.EntryMetadata;
import io.github.cachetronomy.core.annotations.Cached;
import io.github.cachetronomy.testing.FakeClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code @Cached} keeps, whatever a method returns. */
@Tag("fast")
@Timeout(60)
class WrapTest {
  record User(int id, String name) {}

  private static final String NAME = WrapTest.class.getName();

  private final FakeClock clock = new FakeClock();
  private final AtomicInteger calls = new AtomicInteger();
  private Path file;
  private BlockingCachetronaut cache;

  @BeforeEach
  void open(@TempDir Path folder) {
    file = folder.resolve("app.db");
    cache = BlockingCachetronaut.builder(file).clock(clock).build();
  }

  @AfterEach
  void close() {
    cache.close();
  }

  private User user(int id) {
    return new User(id, "call " + calls.incrementAndGet());
  }

  interface Users {
    @Cached
    User find(int id);
  }

  @Test
  void aResultIsKeptForEachArgumentAndOverARestart() {
    Users users = cache.wrap(Users.class, this::user);
    assertEquals(new User(7, "call 1"), users.find(7));
    assertSame(users.find(7), users.find(7));
    assertEquals(new User(8, "call 2"), users.find(8));
    assertTrue(cache.contains(NAME + "$Users.find(7)"));

    cache.close();
    cache = BlockingCachetronaut.builder(file).clock(clock).build();
    assertEquals(new User(7, "call 1"), cache.wrap(Users.class, this::user).find(7));
    assertEquals(2, calls.get());
  }

  @Test
  void aMethodThatIsNotKeptRunsOnTheThreadThatAsks() {
    Thread[] ran = new Thread[1];
    Users users =
        cache.wrap(
            Users.class,
            id -> {
              ran[0] = Thread.currentThread();
              return user(id);
            });
    users.find(7);
    assertSame(Thread.currentThread(), ran[0]);
  }

  @Test
  void afterTheCacheIsClosedAMethodThrows() {
    Users users = cache.wrap(Users.class, this::user);
    cache.close();
    assertThrows(CacheClosedException.class, () -> users.find(7));
  }

  interface Numbers {
    @Cached
    int count();

    @Cached
    boolean isOdd(int number);

    @Cached
    int[] digits(long number);
  }

  @Test
  void primitivesAndArraysAreKept() {
    Numbers numbers =
        cache.wrap(
            Numbers.class,
            new Numbers() {
              @Override
              public int count() {
                return calls.incrementAndGet();
              }

              @Override
              public boolean isOdd(int number) {
                calls.incrementAndGet();
                return number % 2 == 1;
              }

              @Override
              public int[] digits(long number) {
                calls.incrementAndGet();
                return new int[] {1, 2};
              }
            });
    for (int i = 0; i < 2; i++) {
      assertEquals(1, numbers.count());
      assertTrue(numbers.isOdd(3));
      assertEquals(2, numbers.digits(12)[1]);
    }
    assertEquals(3, calls.get());
  }

  interface Lists {
    @Cached
    Map<String, List<User>> byName(Set<String> names);
  }

  @Test
  void aGenericResultIsReadAsWhatItWas() {
    Set<String> names = Set.of("b", "a");
    Lists lists = cache.wrap(Lists.class, asked -> Map.of("x", List.of(user(1))));
    assertEquals(Map.of("x", List.of(new User(1, "call 1"))), lists.byName(names));
    cache.flush();
    cache.evictAll();
    assertEquals(1, lists.byName(Set.of("a", "b")).get("x").get(0).id());
    assertEquals(1, calls.get());
  }

  interface MaybeUsers {
    @Cached
    Optional<User> find(int id);

    @Cached(keepNull = false)
    Optional<User> findAgain(int id);
  }

  private MaybeUsers maybeUsers(Optional<User> result) {
    return cache.wrap(
        MaybeUsers.class,
        new MaybeUsers() {
          @Override
          public Optional<User> find(int id) {
            calls.incrementAndGet();
            return result;
          }

          @Override
          public Optional<User> findAgain(int id) {
            calls.incrementAndGet();
            return result;
          }
        });
  }

  @Test
  void whatIsInAnOptionalIsWhatIsKept() {
    MaybeUsers users = maybeUsers(Optional.of(new User(7, "Ada")));
    assertEquals(Optional.of(new User(7, "Ada")), users.find(7));
    assertEquals(Optional.of(new User(7, "Ada")), users.find(7));
    assertEquals(1, calls.get());
    assertEquals(
        Optional.of(new User(7, "Ada")), cache.get(NAME + "$MaybeUsers.find(7)", User.class));
  }

  @Test
  void anEmptyOptionalIsKeptAsNullUnlessItIsNotWanted() {
    MaybeUsers users = maybeUsers(Optional.empty());
    assertEquals(Optional.empty(), users.find(7));
    assertEquals(Optional.empty(), users.find(7));
    assertEquals(1, calls.get());
    users.findAgain(7);
    users.findAgain(7);
    assertEquals(3, calls.get());
  }

  interface LaterUsers {
    @Cached
    CompletableFuture<User> find(int id);

    @Cached
    CompletionStage<Optional<List<User>>> named(String name);
  }

  private static LaterUsers laterUsers(CompletionStage<?> result, AtomicInteger calls) {
    return new LaterUsers() {
      @Override
      @SuppressWarnings("unchecked")
      public CompletableFuture<User> find(int id) {
        calls.incrementAndGet();
        return (CompletableFuture<User>) result;
      }

      @Override
      @SuppressWarnings("unchecked")
      public CompletionStage<Optional<List<User>>> named(String name) {
        calls.incrementAndGet();
        return (CompletionStage<Optional<List<User>>>) result;
      }
    };
  }

  @Test
  void whatAFutureGivesIsKeptAndNobodyIsHeldUp() throws Exception {
    CompletableFuture<User> result = new CompletableFuture<>();
    LaterUsers users = cache.wrap(LaterUsers.class, laterUsers(result, calls));
    CompletableFuture<User> first = users.find(7);
    CompletableFuture<User> second = users.find(7);
    assertFalse(first.isDone());
    result.complete(new User(7, "Ada"));
    assertEquals(new User(7, "Ada"), first.get(30, TimeUnit.SECONDS));
    assertEquals(new User(7, "Ada"), second.get(30, TimeUnit.SECONDS));
    assertTrue(users.find(7).isDone(), "memory answers at once");
    assertEquals(1, calls.get());
    assertEquals(
        Optional.of(new User(7, "Ada")), cache.get(NAME + "$LaterUsers.find(7)", User.class));
  }

  @Test
  void aFutureOfAnOptionalIsKept() throws Exception {
    CompletableFuture<?> result =
        CompletableFuture.completedFuture(Optional.of(List.of(new User(7, "Ada"))));
    LaterUsers users = cache.wrap(LaterUsers.class, laterUsers(result, calls));
    for (int i = 0; i < 2; i++) {
      Optional<List<User>> named =
          users.named("Ada").toCompletableFuture().get(30, TimeUnit.SECONDS);
      assertEquals(List.of(new User(7, "Ada")), named.orElseThrow());
    }
    assertEquals(1, calls.get());
  }

  @Test
  void aFutureFailsAsTheImplementationsDoesAndIsNotKept() {
    IOException thrown = new IOException("unreachable");
    LaterUsers users =
        cache.wrap(LaterUsers.class, laterUsers(CompletableFuture.failedFuture(thrown), calls));
    for (int i = 1; i <= 2; i++) {
      CompletableFuture<User> found = users.find(7);
      assertSame(
          thrown,
          assertThrows(ExecutionException.class, () -> found.get(30, TimeUnit.SECONDS)).getCause());
      assertEquals(i, calls.get());
    }
  }

  @Test
  void theLastFutureToBeCancelledCancelsTheImplementations() throws Exception {
    CompletableFuture<User> result = new CompletableFuture<>();
    CompletableFuture<Void> asked = new CompletableFuture<>();
    LaterUsers users =
        cache.wrap(
            LaterUsers.class,
            new LaterUsers() {
              @Override
              public CompletableFuture<User> find(int id) {
                asked.complete(null);
                return result;
              }

              @Override
              public CompletionStage<Optional<List<User>>> named(String name) {
                throw new AssertionError();
              }
            });
    CompletableFuture<User> first = users.find(7);
    CompletableFuture<User> second = users.find(7);
    asked.get(30, TimeUnit.SECONDS);
    first.cancel(false);
    assertFalse(result.isCancelled());
    second.cancel(false);
    assertThrows(Exception.class, () -> result.get(30, TimeUnit.SECONDS));
    assertTrue(result.isCancelled());
  }

  interface Failing {
    @Cached
    User find(int id) throws IOException;

    User plain() throws IOException;
  }

  @Test
  void whatTheImplementationThrowsArrivesAsThrownAndIsNotKept() {
    IOException thrown = new IOException("unreachable");
    Failing failing =
        cache.wrap(
            Failing.class,
            new Failing() {
              @Override
              public User find(int id) throws IOException {
                calls.incrementAndGet();
                throw thrown;
              }

              @Override
              public User plain() throws IOException {
                throw thrown;
              }
            });
    assertSame(thrown, assertThrows(IOException.class, () -> failing.find(7)));
    assertSame(thrown, assertThrows(IOException.class, () -> failing.find(7)));
    assertEquals(2, calls.get());
    assertSame(thrown, assertThrows(IOException.class, failing::plain));
  }

  interface Settings {
    @Cached(
        name = "settings",
        timeToLive = "90s",
        tags = {"a", "b"},
        version = 3,
        format = "cbor")
    String of(String name);

    @Cached(timeToLive = "PT5M")
    String iso();

    @Cached(timeToLive = "1h 30m")
    String two();

    @Cached(timeToLive = "500ms")
    String millis();

    @Cached(timeToLive = "1d")
    String days();

    @Cached(timeToLive = "forever")
    String forever();
  }

  @Test
  void aResultIsWrittenAsTheAnnotationSays() {
    Settings settings =
        cache.wrap(
            Settings.class,
            new Settings() {
              @Override
              public String of(String name) {
                return name + calls.incrementAndGet();
              }

              @Override
              public String iso() {
                return "";
              }

              @Override
              public String two() {
                return "";
              }

              @Override
              public String millis() {
                return "";
              }

              @Override
              public String days() {
                return "";
              }

              @Override
              public String forever() {
                return "";
              }
            });
    settings.of("x");
    EntryMetadata written = metadata("settings(\"x\")");
    assertEquals(Set.of("a", "b"), Set.copyOf(written.getTags()));
    assertEquals(3, written.getVersion());
    assertEquals("cbor", written.getFormat());
    clock.advance(Duration.ofMillis(89_999));
    assertEquals("x1", settings.of("x"));
    clock.advance(Duration.ofMillis(1));
    assertEquals("x2", settings.of("x"));

    settings.iso();
    settings.two();
    settings.millis();
    settings.days();
    settings.forever();
    assertEquals(Duration.ofMinutes(5), lifeOf("iso"));
    assertEquals(Duration.ofMinutes(90), lifeOf("two"));
    assertEquals(Duration.ofMillis(500), lifeOf("millis"));
    assertEquals(Duration.ofDays(1), lifeOf("days"));
    assertTrue(lifeOf("forever").toDays() > 365_000);
  }

  private Duration lifeOf(String method) {
    EntryMetadata metadata = metadata(NAME + "$Settings." + method + "()");
    return metadata.getExpiresAt() == null
        ? Duration.ofDays(Integer.MAX_VALUE)
        : Duration.between(clock.instant(), metadata.getExpiresAt());
  }

  private EntryMetadata metadata(String key) {
    return cache.metadata(key).orElseThrow();
  }

  interface Choosy {
    @Cached(condition = "isSmall", keepIf = "isEven", maxEntries = 2)
    int twice(int number);

    static boolean isSmall(int number) {
      return number < 100;
    }

    default boolean isEven(int result) {
      return result % 2 == 0;
    }

    @Cached(ignored = {"trace", "2"})
    String traced(int id, String trace, Object context);
  }

  private static class Doubling implements Choosy {
    final AtomicInteger calls = new AtomicInteger();
    int odd;

    @Override
    public int twice(int number) {
      calls.incrementAndGet();
      return number * 2 + odd;
    }

    @Override
    public String traced(int id, String trace, Object context) {
      calls.incrementAndGet();
      return id + trace;
    }
  }

  @Test
  void theInterfaceSaysForWhatArgumentsTheCacheIsAsked() {
    Doubling doubling = new Doubling();
    Choosy choosy = cache.wrap(Choosy.class, doubling);
    assertEquals(198, choosy.twice(99));
    assertEquals(198, choosy.twice(99));
    assertEquals(1, doubling.calls.get());
    assertEquals(200, choosy.twice(100));
    assertEquals(200, choosy.twice(100));
    assertEquals(3, doubling.calls.get());
  }

  @Test
  void theInterfaceSaysWhichResultsAreKept() {
    Doubling doubling = new Doubling();
    doubling.odd = 1;
    Choosy choosy = cache.wrap(Choosy.class, doubling);
    assertEquals(3, choosy.twice(1));
    assertEquals(3, choosy.twice(1));
    assertEquals(2, doubling.calls.get());
  }

  @Test
  void theResultUsedLongestAgoGoesWhereThereAreTooMany() {
    Doubling doubling = new Doubling();
    Choosy choosy = cache.wrap(Choosy.class, doubling);
    for (int number = 1; number <= 3; number++) {
      choosy.twice(number);
    }
    assertEquals(3, doubling.calls.get());
    choosy.twice(2);
    choosy.twice(3);
    assertEquals(3, doubling.calls.get());
    choosy.twice(1);
    assertEquals(4, doubling.calls.get());
  }

  @Test
  void ignoredParametersMakeNoDifference() {
    Choosy choosy = cache.wrap(Choosy.class, new Doubling());
    assertEquals("7a", choosy.traced(7, "a", new Object()));
    assertEquals("7a", choosy.traced(7, "b", new Object()));
    assertEquals("8b", choosy.traced(8, "b", new Object()));
  }

  interface Store<T, I> {
    @Cached(timeToLive = "5m")
    T find(I id);

    List<T> all();
  }

  interface UserStore extends Store<User, Integer> {}

  interface NameStore extends Store<String, Integer> {
    @Override
    String find(Integer id);
  }

  @Test
  void annotationsOfSuperInterfacesCountAndTheirTypesAreThoseOfTheInterface() {
    class Users implements UserStore {
      @Override
      public User find(Integer id) {
        return user(id);
      }

      @Override
      public List<User> all() {
        return List.of(user(0));
      }
    }
    UserStore users = cache.wrap(UserStore.class, new Users());
    assertEquals(new User(7, "call 1"), users.find(7));
    cache.flush();
    cache.evictAll();
    assertEquals(new User(7, "call 1"), users.find(7));
    Store<User, Integer> asStore = users;
    assertEquals(new User(7, "call 1"), asStore.find(7));
    users.all();
    users.all();
    assertEquals(3, calls.get());
    assertTrue(cache.contains(NAME + "$UserStore.find(7)"));

    NameStore names =
        cache.wrap(
            NameStore.class,
            new NameStore() {
              @Override
              public String find(Integer id) {
                return "name " + calls.incrementAndGet();
              }

              @Override
              public List<String> all() {
                return List.of();
              }
            });
    assertEquals("name 4", names.find(7));
    Store<String, Integer> asNames = names;
    assertEquals("name 4", asNames.find(7));
  }

  interface Overloaded {
    @Cached
    String of(int id);

    @Cached
    String of(String name);
  }

  @Test
  void methodsOfOneNameAreTwoFunctions() {
    Overloaded overloaded =
        cache.wrap(
            Overloaded.class,
            new Overloaded() {
              @Override
              public String of(int id) {
                return "id";
              }

              @Override
              public String of(String name) {
                return "name";
              }
            });
    assertEquals("id", overloaded.of(7));
    assertEquals("name", overloaded.of("7"));
    List<String> keys = cache.keys().toList();
    assertEquals(2, keys.size());
    assertTrue(keys.stream().anyMatch(key -> key.contains("of(int)")), keys::toString);
    assertTrue(keys.stream().anyMatch(key -> key.contains("of(java.lang.String)")), keys::toString);
  }

  interface WithDefaults {
    @Cached
    String kept();

    default String both() {
      return kept() + "!";
    }

    @Cached
    default String keptDefault() {
      return "default";
    }
  }

  @Test
  void whatIsNotAnnotatedGoesToTheImplementation() {
    WithDefaults woven = cache.wrap(WithDefaults.class, () -> "call " + calls.incrementAndGet());
    assertEquals("call 1!", woven.both());
    assertEquals("call 2!", woven.both());
    assertEquals("default", woven.keptDefault());
    assertTrue(cache.contains(NAME + "$WithDefaults.keptDefault()"));
  }

  @Test
  void whatIsWovenIsEqualToItselfAndToWhatStandsForAnEqualOne() {
    record Named(String name) implements Users {
      @Override
      public User find(int id) {
        return new User(id, name);
      }
    }
    Users users = cache.wrap(Users.class, new Named("x"));
    assertEquals(users, users);
    assertEquals(users, cache.wrap(Users.class, new Named("x")));
    assertNotEquals(users, cache.wrap(Users.class, new Named("y")));
    assertNotEquals(users, null);
    assertEquals(new Named("x").hashCode(), users.hashCode());
    assertEquals("Named[name=x]", users.toString());
  }

  @Test
  void aNullIsKept() {
    Users users =
        cache.wrap(
            Users.class,
            id -> {
              calls.incrementAndGet();
              return null;
            });
    assertNull(users.find(7));
    assertNull(users.find(7));
    assertEquals(1, calls.get());
  }
}
