package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class TypeRefTest {
  @Test
  void itKeepsTheTypeArgument() {
    assertEquals(
        "java.util.Map<java.lang.String, java.util.List<java.lang.Integer>>",
        new TypeRef<Map<String, List<Integer>>>() {}.type().getTypeName());
    assertEquals(String.class, new TypeRef<String>() {}.type());
  }

  @Test
  void equalTypesMakeEqualReferences() {
    TypeRef<List<String>> one = new TypeRef<>() {};
    TypeRef<List<String>> other = new TypeRef<>() {};

    assertEquals(one, other);
    assertEquals(one.hashCode(), other.hashCode());
    assertNotEquals(one, new TypeRef<List<Integer>>() {});
    assertEquals("TypeRef<java.util.List<java.lang.String>>", one.toString());
  }

  @Test
  void aVariableIsRefused() {
    assertThrows(IllegalArgumentException.class, TypeRefTest::<String>variable);
    assertThrows(IllegalArgumentException.class, TypeRefTest::<String>listOfVariables);
    assertThrows(IllegalArgumentException.class, TypeRefTest::<String>arrayOfVariables);
    assertThrows(IllegalArgumentException.class, TypeRefTest::<String>wildcardOfVariables);
  }

  private static <T> TypeRef<T> variable() {
    return new TypeRef<>() {};
  }

  private static <T> TypeRef<List<Map<String, T>>> listOfVariables() {
    return new TypeRef<>() {};
  }

  private static <T> TypeRef<T[]> arrayOfVariables() {
    return new TypeRef<>() {};
  }

  private static <T> TypeRef<List<? super T>> wildcardOfVariables() {
    return new TypeRef<>() {};
  }

  private static class Renamed<T> extends TypeRef<List<T>> {}

  @Test
  void onlyADirectSubclassKnowsItsArgument() {
    assertThrows(IllegalArgumentException.class, () -> new Renamed<String>() {});
    assertThrows(IllegalArgumentException.class, Raw::new);
  }

  @SuppressWarnings("rawtypes")
  private static final class Raw extends TypeRef {}
}
