package io.github.cachetronomy.interop.jackson;

import io.github.cachetronomy.core.serialization.Formats;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/** CBOR (RFC 8949). */
final class JacksonCbor extends JacksonSerializer {
  JacksonCbor() {
    super(Formats.CBOR);
  }

  @Override
  ObjectMapper mapper() {
    return Lazy.MAPPER;
  }

  private static final class Lazy {
    static final ObjectMapper MAPPER = StrictMapper.build(CBORMapper.builder());
  }
}
