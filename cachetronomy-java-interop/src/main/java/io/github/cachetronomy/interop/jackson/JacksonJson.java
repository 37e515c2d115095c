package io.github.cachetronomy.interop.jackson;

import io.github.cachetronomy.core.serialization.Formats;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** JSON in UTF-8. */
final class JacksonJson extends JacksonSerializer {
  JacksonJson() {
    super(Formats.JSON);
  }

  @Override
  ObjectMapper mapper() {
    return Lazy.MAPPER;
  }

  private static final class Lazy {
    static final ObjectMapper MAPPER = StrictMapper.build(JsonMapper.builder());
  }
}
