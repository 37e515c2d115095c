package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.spi.ValueType;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Names a type that a class literal cannot: {@code new TypeRef<List<User>>() {}}.
 *
 * <p>Two references are equal if their types are. Immutable and thread-safe; one that is used often
 * is best kept in a constant.
 *
 * @param <T> the type
 */
public abstract class TypeRef<T extends @Nullable Object> {
  private final ValueType valueType;

  /**
   * Captures the type argument.
   *
   * @throws IllegalArgumentException if there is none, or if it names a type variable: what that
   *     stands for is not known here
   */
  protected TypeRef() {
    Type self = getClass().getGenericSuperclass();
    if (!(self instanceof ParameterizedType parameterized)
        || parameterized.getRawType() != TypeRef.class) {
      throw new IllegalArgumentException(
          "a TypeRef is made as new TypeRef<List<User>>() {}, not as " + getClass().getName());
    }
    Type type = parameterized.getActualTypeArguments()[0];
    if (hasVariable(type)) {
      throw new IllegalArgumentException("a TypeRef cannot hold a type variable: " + type);
    }
    valueType = ValueType.of(type);
  }

  /** The type. */
  public final Type type() {
    return valueType.getType();
  }

  final ValueType valueType() {
    return valueType;
  }

  private static boolean hasVariable(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      return Stream.of(parameterized.getActualTypeArguments()).anyMatch(TypeRef::hasVariable);
    }
    if (type instanceof GenericArrayType array) {
      return hasVariable(array.getGenericComponentType());
    }
    if (type instanceof WildcardType wildcard) {
      return Stream.of(wildcard.getUpperBounds(), wildcard.getLowerBounds())
          .flatMap(Stream::of)
          .anyMatch(TypeRef::hasVariable);
    }
    return type instanceof TypeVariable;
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof TypeRef<?> ref && valueType.equals(ref.valueType);
  }

  @Override
  public final int hashCode() {
    return valueType.hashCode();
  }

  @Override
  public final String toString() {
    return "TypeRef<" + valueType + ">";
  }
}
