package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.interop.jackson.JacksonSerializers;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A Java program sees Java and our own model, whatever the cache is made of. */
@Tag("fast")
class PublicSignaturesTest {
  private static final Pattern FOREIGN =
      Pattern.compile(
          "kotlin|org\\.jetbrains|java\\.sql|caffeine|oshi|jackson\\.(core|databind)|msgpack"
              + "|core\\.engine");

  private static final List<Class<?>> PUBLIC =
      List.of(
          BlockingCachetronaut.class,
          AsyncCachetronaut.class,
          CachetronautBuilder.class,
          ReadOptions.class,
          KeyQuery.class,
          TypeRef.class,
          AccessLog.class,
          EvictionLog.class,
          Subscription.class,
          JacksonSerializers.class);

  @Test
  void noForeignTypeShows() {
    List<String> found = new ArrayList<>();
    for (Class<?> type : PUBLIC) {
      assertTrue(Modifier.isPublic(type.getModifiers()), type::getName);
      for (Method method : type.getDeclaredMethods()) {
        check(method.getModifiers(), method.toGenericString(), found);
      }
      for (Constructor<?> constructor : type.getDeclaredConstructors()) {
        check(constructor.getModifiers(), constructor.toGenericString(), found);
      }
      for (Field field : type.getDeclaredFields()) {
        check(field.getModifiers(), field.toGenericString(), found);
      }
    }
    assertEquals(List.of(), found);
  }

  private static void check(int modifiers, String signature, List<String> found) {
    boolean isSeen = Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    if (isSeen && FOREIGN.matcher(signature).find()) {
      found.add(signature);
    }
  }
}
