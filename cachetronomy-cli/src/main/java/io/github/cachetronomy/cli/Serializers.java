package io.github.cachetronomy.cli;

import io.github.cachetronomy.core.serialization.Formats;
import io.github.cachetronomy.core.serialization.RawBytes;
import io.github.cachetronomy.core.serialization.SerializerRegistry;
import io.github.cachetronomy.core.spi.Serializer;
import io.github.cachetronomy.core.spi.ValueType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reading what was written from any class: the command line has none of the classes. */
final class Serializers {
  /**
   * As the standard, and every format without a type: what only its writer can read stays bytes.
   */
  static final SerializerRegistry READING =
      SerializerRegistry.standard()
          .with(new AnyType(Formats.BYTES, bytes -> bytes))
          .with(new AnyType(Formats.STRING, Serializers::text))
          .with(new AnyType(Formats.CBOR, RawBytes::new))
          .with(new AnyType(Formats.PROTOBUF, RawBytes::new));

  private Serializers() {}

  /** {@code bytes} as UTF-8, which they have to be. */
  static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException other) {
      throw new IllegalArgumentException("it is not UTF-8", other);
    }
  }

  /** Reads one format for whoever does not know what it holds. */
  private record AnyType(String getFormat, Function<byte[], Object> read) implements Serializer {
    @Override
    public boolean supports(ValueType type) {
      return type.getRawClass() == Object.class;
    }

    @Override
    public byte[] encode(@Nullable Object value, ValueType type) {
      throw new UnsupportedOperationException("it only reads");
    }

    @Override
    public Object decode(byte[] bytes, ValueType type) {
      return read.apply(bytes);
    }
  }
}
