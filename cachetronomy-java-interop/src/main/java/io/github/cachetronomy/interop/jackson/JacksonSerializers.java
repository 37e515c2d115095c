package io.github.cachetronomy.interop.jackson;

import io.github.cachetronomy.core.spi.Serializer;
import io.github.cachetronomy.core.spi.SerializerProvider;
import java.util.List;

/**
 * Brings {@code json}, {@code cbor} and {@code msgpack} for values that kotlinx.serialization does
 * not know. Public only because {@link java.util.ServiceLoader} needs it to be. Thread-safe.
 */
public final class JacksonSerializers implements SerializerProvider {
  /** For {@link java.util.ServiceLoader}. */
  public JacksonSerializers() {}

  @Override
  public List<Serializer> serializers() {
    return List.of(new JacksonJson(), new JacksonCbor(), new JacksonMessagePack());
  }
}
