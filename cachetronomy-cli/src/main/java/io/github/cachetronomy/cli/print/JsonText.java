package io.github.cachetronomy.cli.print;

import io.github.cachetronomy.core.serialization.MarkedJson;
import org.jspecify.annotations.Nullable;

/** Values as JSON text, in the form that exports have too. */
final class JsonText {
  private JsonText() {}

  static String of(@Nullable Object value) {
    return MarkedJson.text(value);
  }
}
