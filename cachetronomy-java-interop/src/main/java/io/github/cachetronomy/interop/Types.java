package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.spi.ValueType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The type of a value whose caller names none. */
final class Types {
  private static final ValueType LIST = ValueType.of(List.class);
  private static final ValueType SET = ValueType.of(Set.class);
  private static final ValueType MAP = ValueType.of(Map.class);

  private Types() {}

  static ValueType ofValue(Object value) {
    Objects.requireNonNull(value, "a null needs a TypeRef that says what it is a null of");
    if (value instanceof Enum<?> constant) {
      return ValueType.of(constant.getDeclaringClass());
    }
    Class<?> type = value.getClass();
    if (type.getPackageName().equals("java.util") || type.isAnonymousClass()) {
      // Map.of() and its like have classes that nobody can name: readers ask for the interface.
      if (value instanceof List<?>) {
        return LIST;
      }
      if (value instanceof Set<?>) {
        return SET;
      }
      if (value instanceof Map<?, ?>) {
        return MAP;
      }
    }
    return ValueType.of(type);
  }
}
