package io.github.cachetronomy.cli.print;

import io.github.cachetronomy.core.MessagePackExtension;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as JSON text (RFC 8259). What JSON has no form for is an object whose first name begins
 * with {@code $}: {@code {"$bytes": BASE64}}, {@code {"$ext": TYPE, "base64": BASE64}} of
 * MessagePack, {@code {"$float": "NaN"}}, {@code {"$map": [[k, v]]}} for a map with keys that are
 * no texts, or that begin with {@code $}, and {@code {"$raw": BASE64}} for what only its writer can
 * read.
 */
public final class JsonText {
  private final StringBuilder text = new StringBuilder();

  private JsonText() {}

  /** {@code value} as JSON. */
  public static String of(@Nullable Object value) {
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
      text.append("{\"$bytes\": ").append(base64(bytes)).append('}');
    } else if (value instanceof RawValue raw) {
      text.append("{\"$raw\": ").append(base64(raw.bytes())).append('}');
    } else if (value instanceof MessagePackExtension extension) {
      text.append("{\"$ext\": ").append(extension.getType());
      text.append(", \"base64\": ").append(base64(extension.getData())).append('}');
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
    if (!map.keySet().stream().allMatch(JsonText::isPlainName)) {
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

  private static boolean isPlainName(@Nullable Object key) {
    return key instanceof String name && !name.startsWith("$");
  }

  private static String base64(byte[] bytes) {
    return '"' + Base64.getEncoder().encodeToString(bytes) + '"';
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
            text.append("\\u").append(HexFormat.of().toHexDigits(c));
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
