package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.core.annotations.CacheInvalidate;
import io.github.cachetronomy.core.annotations.CachePut;
import io.github.cachetronomy.core.annotations.Cached;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is wrong with an annotation is told when the interface is wrapped, with the method's name.
 */
@Tag("fast")
class WrapRefusalTest {
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

  interface OfNothing {
    @Cached
    void m(int id);
  }

  interface OfLaterNothing {
    @Cached
    CompletableFuture<Void> m(int id);
  }

  interface OfStream {
    @Cached
    Stream<String> m(int id);
  }

  interface OfStreams {
    @Cached
    List<Stream<String>> m(int id);
  }

  interface OfIterator {
    @Cached
    Iterator<String> m(int id);
  }

  interface OfPublisher {
    @Cached
    Flow.Publisher<String> m(int id);
  }

  interface OfFuture {
    @Cached
    Future<String> m(int id);
  }

  interface RemovalByFuture {
    @CacheInvalidate(tags = "x")
    Future<String> m(int id);
  }

  interface OfFutures {
    @Cached
    CompletableFuture<CompletableFuture<String>> m(int id);
  }

  interface OfInputStream {
    @Cached
    InputStream m(int id);
  }

  interface OfWildcard {
    @Cached
    List<? extends User> m(int id);
  }

  interface OfVariable<T> {
    @Cached
    T m(int id);
  }

  interface OfRawOptional {
    @Cached
    @SuppressWarnings("rawtypes")
    Optional m(int id);
  }

  interface Both {
    @Cached
    @CachePut(key = "x")
    String m(int id);
  }

  interface CachedRemoval {
    @Cached
    @CacheInvalidate(tags = "x")
    String m(int id);
  }

  interface UnknownParameter {
    @Cached(key = "user:{uid}")
    String m(int id);
  }

  interface UnknownPlace {
    @Cached(key = "user:{1}")
    String m(int id);
  }

  interface UnknownProperty {
    @Cached(key = "user:{user.age}")
    String m(User user);
  }

  interface EmptyPlaceholder {
    @Cached(key = "user:{}")
    String m(int id);
  }

  interface OpenBrace {
    @Cached(key = "user:{id")
    String m(int id);
  }

  interface ClosingBrace {
    @Cached(key = "user:id}")
    String m(int id);
  }

  interface ResultInKey {
    @Cached(key = "user:{result}")
    String m(int id);
  }

  interface NoResultInKey {
    @CacheInvalidate(key = "user:{result}")
    void m(int id);
  }

  interface ResultTooEarly {
    @CacheInvalidate(key = "user:{result}", beforeInvocation = true)
    String m(int id);
  }

  interface NoTime {
    @Cached(timeToLive = "soon")
    String m(int id);
  }

  interface ZeroTime {
    @Cached(timeToLive = "0s")
    String m(int id);
  }

  interface NegativeCap {
    @Cached(maxEntries = -2)
    String m(int id);
  }

  interface NegativeVersion {
    @Cached(version = -1)
    String m(int id);
  }

  interface UnknownFormat {
    @Cached(format = "papyrus")
    String m(int id);
  }

  interface UnknownIgnored {
    @Cached(ignored = "trace")
    String m(int id);
  }

  interface IgnoredWithKey {
    @Cached(ignored = "id", key = "x")
    String m(int id);
  }

  interface NoCondition {
    @Cached(condition = "isGood")
    String m(int id);

    static boolean isGood(String id) {
      return true;
    }
  }

  interface AbstractCondition {
    @Cached(condition = "isGood")
    String m(int id);

    boolean isGood(int id);
  }

  interface NoKeepIf {
    @Cached(keepIf = "isGood")
    String m(int id);

    static boolean isGood(int result) {
      return true;
    }
  }

  interface RemovalOfNothing {
    @CacheInvalidate
    void m(int id);
  }

  interface RemovalOfMuch {
    @CacheInvalidate(key = "x", tags = "x")
    void m(int id);
  }

  interface RemovalOfUnknown {
    @CacheInvalidate(name = "find")
    void m(int id);
  }

  interface RemovalOfAllOfNone {
    @CacheInvalidate(all = true)
    void m(int id);
  }

  interface RemovalByOtherArguments {
    @Cached
    String find(int id);

    @CacheInvalidate(name = "find")
    void m(User user);
  }

  interface PutNowhere {
    @CachePut
    String m(int id);
  }

  interface PutOfNothing {
    @CachePut(key = "x:{id}")
    void m(int id);
  }

  interface PutOfAnotherType {
    @Cached(key = "x:{id}")
    User find(int id);

    @CachePut(key = "x:{id}")
    String m(int id);
  }

  interface PutUnderNoKey {
    @Cached
    String find(int id);

    @CachePut(name = "find", key = "x:{id}")
    String m(int id);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        OfNothing.class,
        OfLaterNothing.class,
        OfStream.class,
        OfStreams.class,
        OfIterator.class,
        OfPublisher.class,
        OfFuture.class,
        RemovalByFuture.class,
        OfFutures.class,
        OfInputStream.class,
        OfWildcard.class,
        OfVariable.class,
        OfRawOptional.class,
        Both.class,
        CachedRemoval.class,
        UnknownParameter.class,
        UnknownPlace.class,
        UnknownProperty.class,
        EmptyPlaceholder.class,
        OpenBrace.class,
        ClosingBrace.class,
        ResultInKey.class,
        NoResultInKey.class,
        ResultTooEarly.class,
        NoTime.class,
        ZeroTime.class,
        NegativeCap.class,
        NegativeVersion.class,
        UnknownFormat.class,
        UnknownIgnored.class,
        IgnoredWithKey.class,
        NoCondition.class,
        AbstractCondition.class,
        NoKeepIf.class,
        RemovalOfNothing.class,
        RemovalOfMuch.class,
        RemovalOfUnknown.class,
        RemovalOfAllOfNone.class,
        RemovalByOtherArguments.class,
        PutNowhere.class,
        PutOfNothing.class,
        PutOfAnotherType.class,
        PutUnderNoKey.class
      })
  void isRefusedWithTheMethodsName(Class<?> type) {
    String message = refusal(type);
    assertTrue(message.startsWith(type.getName() + ".m("), message);
  }

  @Test
  void theMessageSaysWhatIsWrong() {
    assertEquals(
        UnknownParameter.class.getName()
            + ".m(int): the key's {uid}: there is no parameter uid among (id)",
        refusal(UnknownParameter.class));
    assertEquals(
        UnknownProperty.class.getName()
            + ".m(User): the key's {user.age}: a "
            + User.class.getName()
            + " has no property age",
        refusal(UnknownProperty.class));
    assertEquals(
        NoTime.class.getName()
            + ".m(int): \"soon\" is no time to live; 30s, 5m, 1h 30m, 7d, PT5M and forever are",
        refusal(NoTime.class));
  }

  interface SameName {
    @Cached(name = "users")
    String one(int id);

    @Cached(name = "users")
    String two(int id);
  }

  @Test
  void twoMethodsOfOneNameAreRefused() {
    String message = refusal(SameName.class);
    assertTrue(message.contains(".one(int)") && message.contains(".two(int)"), message);
  }

  interface Ambiguous {
    @Cached
    String find(int id);

    @Cached
    String find(String name);

    @CacheInvalidate(name = "find")
    void m(int id);
  }

  @Test
  void aNameThatSeveralMethodsHaveIsRefused() {
    String message = refusal(Ambiguous.class);
    assertTrue(message.contains("several"), message);
  }

  interface Users {
    String find(int id);
  }

  static class AnnotatedUsers implements Users {
    @Override
    @Cached
    public String find(int id) {
      return "";
    }
  }

  @Test
  void annotationsOfAClassAreRefused() {
    String message = message(() -> cache.wrap(Users.class, new AnnotatedUsers()));
    assertTrue(message.contains(AnnotatedUsers.class.getName() + ".find"), message);
  }

  @Test
  void onlyInterfacesAreWrapped() {
    String message = message(() -> cache.wrap(AnnotatedUsers.class, new AnnotatedUsers()));
    assertTrue(message.contains(AnnotatedUsers.class.getName()), message);
    message(() -> cache.wrap(String.class, ""));
  }

  private String refusal(Class<?> type) {
    return message(() -> wrapNothing(type));
  }

  private <S> void wrapNothing(Class<S> type) {
    Object nothing =
        Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, m, a) -> null);
    cache.wrap(type, type.cast(nothing));
  }

  private static String message(Runnable wrapping) {
    return assertThrows(IllegalArgumentException.class, wrapping::run).getMessage();
  }
}
