package io.github.cachetronomy.interop.jackson;

import io.github.cachetronomy.core.serialization.Formats;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** JSON in UTF-8. What is no number or not finite is a bare token, as Python has it. */
final class JacksonJson extends JacksonSerializer {
  JacksonJson() {
    super(Formats.JSON);
  }

  @Override
  ObjectMapper mapper() {
    return Lazy.MAPPER;
  }

  private static final class Lazy {
    static final ObjectMapper MAPPER =
        StrictMapper.build(
            JsonMapper.builder()
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS));
  }
}
