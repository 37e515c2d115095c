package io.github.cachetronomy.cli;

import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as JSON text (RFC 8259). What JSON has no form for is an object with one name that begins
 * with {@code $}: {@code {"$bytes": BASE64}}, {@code {"$float": "NaN"}}, {@code {"$map": [[k,
 * v]]}}.
 */
final class JsonText {
  private final StringBuilder text = new StringBuilder();

  private JsonText() {}

  static String of(@Nullable Object value) {
    JsonText json = new JsonText();
    json.write(value);
    return json.text.toString();
  }

  private void write(@Nullable Object value) {
    if (value == null || value instanceof Boolean) {
      text.append(value);
    } else if (value instanceof Double number && !Double.isFinite(number)) {
      text.append("{\"$float\": \"").append(number).append("\"}");
    } else if (value instanceof Number) {
      text.append(value);
    } else if (value instanceof byte[] bytes) {
      text.append("{\"$bytes\": \"")
          .append(Base64.getEncoder().encodeToString(bytes))
          .append("\"}");
    } else if (value instanceof Map<?, ?> map) {
      write(map);
    } else if (value instanceof Iterable<?> list) {
      write(list.iterator());
    } else {
      string(value.toString());
    }
  }

  private void write(Iterator<?> list) {
    text.append('[');
    while (list.hasNext()) {
      write(list.next());
      if (list.hasNext()) {
        text.append(", ");
      }
    }
    text.append(']');
  }

  private void write(Map<?, ?> map) {
    if (!map.keySet().stream().allMatch(String.class::isInstance)) {
      text.append("{\"$map\": ");
      write(
          map.entrySet().stream()
              .map(pair -> Arrays.asList(pair.getKey(), pair.getValue()))
              .iterator());
      text.append('}');
      return;
    }
    text.append('{');
    String between = "";
    for (Map.Entry<?, ?> property : map.entrySet()) {
      text.append(between);
      string((String) property.getKey());
      text.append(": ");
      write(property.getValue());
      between = ", ";
    }
    text.append('}');
  }

  private void string(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          // Beyond what JSON demands: nothing that is printed may steer a terminal.
          if (c < ' '
              || (c >= 0x7f && c < 0xa0)
              || Character.getType(c) == Character.FORMAT
              || unpaired(string, i)) {
            text.append(String.format("\\u%04x", (int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  private static boolean unpaired(String string, int i) {
    char c = string.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == string.length() || !Character.isLowSurrogate(string.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(string.charAt(i - 1)));
  }
}
