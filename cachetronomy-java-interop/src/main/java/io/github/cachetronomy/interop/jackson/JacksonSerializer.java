package io.github.cachetronomy.interop.jackson;

import io.github.cachetronomy.core.spi.Serializer;
import io.github.cachetronomy.core.spi.ValueType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;

/** A format that a Jackson mapper writes and reads. The mapper is made on first need. */
abstract class JacksonSerializer implements Serializer {
  private final String format;

  JacksonSerializer(String format) {
    this.format = format;
  }

  abstract ObjectMapper mapper();

  @Override
  public final String getFormat() {
    return format;
  }

  @Override
  public final boolean supports(ValueType type) {
    return isReadable(type.getType());
  }

  @Override
  public byte[] encode(@Nullable Object value, ValueType type) {
    return writer(type).writeValueAsBytes(value);
  }

  @Override
  public @Nullable Object decode(byte[] bytes, ValueType type) {
    return reader(type).readValue(bytes);
  }

  final ObjectWriter writer(ValueType type) {
    ObjectMapper mapper = mapper();
    return mapper.writerFor(mapper.constructType(type.getType()));
  }

  final ObjectReader reader(ValueType type) {
    ObjectMapper mapper = mapper();
    return mapper.readerFor(mapper.constructType(type.getType()));
  }

  /**
   * Whether Jackson could make a value again that it wrote. It would write lambdas and anonymous
   * classes, whose types nobody can name, and most Kotlin classes, whose constructors it does not
   * understand; the latter are for kotlinx.serialization.
   */
  private static boolean isReadable(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      return isReadable(parameterized.getRawType())
          && Stream.of(parameterized.getActualTypeArguments())
              .allMatch(JacksonSerializer::isReadable);
    }
    return !(type instanceof Class<?> c)
        || !(c.isHidden() || c.isAnonymousClass() || c.isAnnotationPresent(kotlin.Metadata.class));
  }
}
