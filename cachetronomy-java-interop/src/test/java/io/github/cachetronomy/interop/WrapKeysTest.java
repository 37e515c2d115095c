package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.core.annotations.CacheInvalidate;
import io.github.cachetronomy.core.annotations.CachePut;
import io.github.cachetronomy.core.annotations.Cached;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys of templates, and the methods that remove and put what is kept under them. */
@Tag("fast")
@Timeout(60)
class WrapKeysTest {
  record User(int id, String name) {}

  private BlockingCachetronaut cache;

  @BeforeEach
  void open(@TempDir Path folder) {
    cache = BlockingCachetronaut.open(folder.resolve("app.db"));
  }

  @AfterEach
  void close() {
    cache.close();
  }

  /** An order as Java beans are. */
  public static class Order {
    private final User customer;
    public final String place = "Oslo";

    Order(User customer) {
      this.customer = customer;
    }

    public User getCustomer() {
      return customer;
    }

    public boolean isPaid() {
      return true;
    }
  }

  interface Keyed {
    @Cached(key = "o:{order.customer.id}/{order.paid}/{order.place}")
    String ofOrder(Order order);

    @Cached(key = "{0}:{name}{{x}}")
    String ofBoth(Object id, String name);

    @Cached(key = "{a}{b}")
    String ofTwo(Object a, Object b);

    @Cached(key = "all")
    String ofNothing();
  }

  private Keyed keyed() {
    return cache.wrap(
        Keyed.class,
        new Keyed() {
          @Override
          public String ofOrder(Order order) {
            return "";
          }

          @Override
          public String ofBoth(Object id, String name) {
            return id + "/" + name;
          }

          @Override
          public String ofTwo(Object a, Object b) {
            return a + "/" + b;
          }

          @Override
          public String ofNothing() {
            return "";
          }
        });
  }

  private List<String> keys() {
    List<String> keys = cache.keys().toList();
    cache.clear();
    return keys;
  }

  @Test
  void aPlaceholderIsAParameterOrWhatAComponentGetterOrFieldGives() {
    Keyed keyed = keyed();
    keyed.ofNothing();
    assertEquals(List.of("all"), keys());
    keyed.ofOrder(new Order(new User(7, "Ada")));
    assertEquals(List.of("o:7/true/Oslo"), keys());
    keyed.ofOrder(new Order(null));
    assertEquals(List.of("o:null/true/Oslo"), keys());
    keyed.ofOrder(null);
    assertEquals(List.of("o:null/null/null"), keys());
  }

  @Test
  void wordsAndNumbersStandAsTheyAre() {
    Keyed keyed = keyed();
    Map<String, List<Object>> calls = new HashMap<>();
    calls.put("7:Ada{x}", List.of(7, "Ada"));
    calls.put("-1.5:a_b-c{x}", List.of(-1.5, "a_b-c"));
    calls.put("Ada:\"7\"{x}", List.of("Ada", "7"));
    calls.put("true:\"true\"{x}", List.of(true, "true"));
    calls.put("\"a b\":\"\"{x}", List.of("a b", ""));
    calls.put("([1,2]):\"a:b\"{x}", List.of(List.of(1, 2), "a:b"));
    calls.put("(LocalDate\"2026-01-01\"):\"null\"{x}", List.of(LocalDate.of(2026, 1, 1), "null"));
    calls.forEach(
        (key, arguments) -> {
          keyed.ofBoth(arguments.get(0), (String) arguments.get(1));
          assertEquals(List.of(key), keys());
        });
  }

  @Test
  void callsThatDifferHaveDifferentKeys() {
    List<Object> values = new ArrayList<>();
    values.addAll(List.of("", "1", "12", "a", "ab", "a:b", "b", ":", "null", "true", "NaN", "(a)"));
    values.addAll(List.of(1, 12, 2, -1, 1.5, true, Double.NaN, 'a', List.of(), List.of("a")));
    values.addAll(List.of(Set.of("a"), Map.of("a", 1), new User(1, "a"), Optional.of(1)));
    values.addAll(List.of("x".repeat(300), "x".repeat(301), "\"", "\\", "bytes", new byte[] {1}));
    values.add(null);
    Keyed keyed = keyed();
    for (Object a : values) {
      for (Object b : values) {
        if (b == null || b instanceof String) {
          keyed.ofBoth(a, (String) b);
        }
        keyed.ofTwo(a, b);
      }
    }
    int strings = (int) values.stream().filter(it -> it == null || it instanceof String).count();
    assertEquals(values.size() * (values.size() + strings), cache.keys().count());
  }

  @Test
  void aLongKeyIsHashed() {
    Keyed keyed = keyed();
    keyed.ofBoth("x".repeat(300), "a");
    keyed.ofBoth("x".repeat(300), "b");
    List<String> keys = keys();
    assertEquals(2, keys.size());
    assertTrue(
        keys.stream().allMatch(key -> key.startsWith("#") && key.length() < 60), () -> "" + keys);
  }

  @Test
  void anArgumentWithoutATextIsRefusedByItsName() {
    Keyed keyed = keyed();
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> keyed.ofBoth(new Object(), "a"));
    assertTrue(refused.getMessage().contains("{0}"), refused::getMessage);
  }

  interface Users {
    @Cached(key = "user:{id}", timeToLive = "5m", tags = "users")
    Optional<User> find(int id);

    @Cached(tags = "lists")
    List<User> named(String name, int limit);

    @CachePut(key = "user:{user.id}")
    User save(User user);

    @CachePut(key = "user:{result.id}", tags = "new")
    @CacheInvalidate(name = "named", all = true)
    User create(String name);

    @CachePut(name = "named")
    CompletableFuture<List<User>> reload(int limit, String name);

    @CacheInvalidate(key = "user:{id}")
    @CacheInvalidate(tags = "lists")
    void rename(int id, String name);

    @CacheInvalidate(name = "find")
    boolean remove(int id);

    @CacheInvalidate(name = "find")
    CompletableFuture<Void> removeLater(int id);

    @CacheInvalidate(name = "find", beforeInvocation = true)
    void removeFirst(int id);

    @CacheInvalidate(name = "find", condition = "isSmall")
    void removeSmall(int id);

    @CacheInvalidate(all = true)
    void clear();

    static boolean isSmall(int id) {
      return id < 10;
    }
  }

  /** Users in a map, which fail where the name is empty. */
  private static final class UsersInMap implements Users {
    final Map<Integer, User> users = new HashMap<>();
    int calls;

    @Override
    public Optional<User> find(int id) {
      calls++;
      return Optional.ofNullable(users.get(id));
    }

    @Override
    public List<User> named(String name, int limit) {
      calls++;
      return users.values().stream().filter(user -> user.name().equals(name)).limit(limit).toList();
    }

    @Override
    public User save(User user) {
      require(user.name());
      users.put(user.id(), user);
      return user;
    }

    @Override
    public User create(String name) {
      return save(new User(users.size() + 1, name));
    }

    @Override
    public CompletableFuture<List<User>> reload(int limit, String name) {
      return CompletableFuture.completedFuture(List.of(new User(limit, name)));
    }

    @Override
    public void rename(int id, String name) {
      require(name);
      users.put(id, new User(id, name));
    }

    @Override
    public boolean remove(int id) {
      return users.remove(id) != null;
    }

    @Override
    public CompletableFuture<Void> removeLater(int id) {
      return CompletableFuture.runAsync(() -> users.remove(id));
    }

    @Override
    public void removeFirst(int id) {
      throw new IllegalStateException("removed all the same");
    }

    @Override
    public void removeSmall(int id) {
      users.remove(id);
    }

    @Override
    public void clear() {
      users.clear();
    }

    private static void require(String name) {
      if (name.isEmpty()) {
        throw new IllegalStateException("no name");
      }
    }
  }

  private final UsersInMap map = new UsersInMap();

  @Test
  void whatIsPutIsWhatIsFound() {
    Users users = cache.wrap(Users.class, map);
    users.save(new User(7, "Ada"));
    assertEquals(Optional.of(new User(7, "Ada")), users.find(7));
    users.save(new User(7, "Eve"));
    assertEquals(Optional.of(new User(7, "Eve")), users.find(7));
    assertEquals(0, map.calls);
    assertTrue(cache.metadata("user:7").orElseThrow().getTags().contains("users"));
    assertThrows(IllegalStateException.class, () -> users.save(new User(7, "")));
    assertEquals(Optional.of(new User(7, "Eve")), users.find(7));
  }

  @Test
  void theResultCanBePartOfTheKey() {
    Users users = cache.wrap(Users.class, map);
    users.named("Ada", 10);
    users.create("Ada");
    assertEquals(Optional.of(new User(1, "Ada")), users.find(1));
    assertEquals(0, map.calls - 1, "find was answered from what was put");
    assertTrue(cache.metadata("user:1").orElseThrow().getTags().contains("new"));
    assertEquals(1, users.named("Ada", 10).size(), "the list was removed");
  }

  @Test
  void argumentsAreFoundByTheirNames() throws Exception {
    Users users = cache.wrap(Users.class, map);
    users.reload(3, "Ada").get(30, TimeUnit.SECONDS);
    assertEquals(List.of(new User(3, "Ada")), users.named("Ada", 3));
    assertEquals(0, map.calls);
  }

  @Test
  void aRemovalFollowsSuccessAndNotFailure() {
    Users users = cache.wrap(Users.class, map);
    users.save(new User(7, "Ada"));
    users.named("Ada", 1);
    assertThrows(IllegalStateException.class, () -> users.rename(7, ""));
    assertEquals("Ada", users.find(7).orElseThrow().name());
    users.rename(7, "Eve");
    assertEquals("Eve", users.find(7).orElseThrow().name());
    assertEquals(0, users.named("Ada", 1).size(), "the list has the tag");
  }

  @Test
  void aRemovalMayComeFirst() {
    Users users = cache.wrap(Users.class, map);
    users.save(new User(7, "Ada"));
    assertThrows(IllegalStateException.class, () -> users.removeFirst(7));
    assertFalse(cache.contains("user:7"));
  }

  @Test
  void aRemovalNamesAFunctionWaitsForAFutureAndMayDepend() throws Exception {
    Users users = cache.wrap(Users.class, map);
    for (int id : new int[] {7, 8, 9, 10}) {
      users.save(new User(id, "Ada"));
    }
    assertTrue(users.remove(7));
    assertEquals(Optional.empty(), users.find(7));
    users.removeLater(8).get(30, TimeUnit.SECONDS);
    assertEquals(Optional.empty(), users.find(8));
    users.removeSmall(9);
    assertFalse(cache.contains("user:9"));
    users.removeSmall(10);
    assertTrue(cache.contains("user:10"));
  }

  @Test
  void allIsEverythingThatTheInterfaceKeepsAndNothingElse() {
    Users users = cache.wrap(Users.class, map);
    users.save(new User(7, "Ada"));
    users.named("Ada", 1);
    cache.set("mine", "x");
    users.clear();
    assertEquals(List.of("mine"), cache.keys().toList());
  }

  interface Puts {
    @CachePut(key = "greeting:{name}", timeToLive = "5m", tags = "texts", condition = "isKnown")
    String greeting(String name);

    default boolean isKnown(String name) {
      return !name.isEmpty();
    }
  }

  @Test
  void whatNoMethodFindsIsPutAlone() {
    Puts puts = cache.wrap(Puts.class, name -> "hello " + name);
    puts.greeting("Ada");
    puts.greeting("");
    assertEquals(Optional.of("hello Ada"), cache.get("greeting:Ada", String.class));
    assertEquals(List.of("greeting:Ada"), cache.keysByTags(Set.of("texts")).toList());
    assertEquals(1, cache.keys().count());
  }

  @Test
  void aKeyIsTheWholeKeyForOtherCallersToo() {
    Users users = cache.wrap(Users.class, map);
    cache.set("user:7", new User(7, "set"));
    assertEquals(Optional.of(new User(7, "set")), users.find(7));
    assertNotEquals(Optional.empty(), cache.get("user:7", User.class));
  }
}
