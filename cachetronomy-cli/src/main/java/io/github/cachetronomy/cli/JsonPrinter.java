package io.github.cachetronomy.cli;

import java.io.PrintWriter;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints one JSON document. */
final class JsonPrinter implements Printer {
  private final PrintWriter out;

  JsonPrinter(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void object(Map<String, @Nullable Object> object) {
    value(object);
  }

  @Override
  public void objects(List<String> columns, Iterator<Map<String, @Nullable Object>> objects) {
    array(objects);
  }

  @Override
  public void values(String column, Iterator<?> values) {
    array(values);
  }

  @Override
  public void value(@Nullable Object value) {
    out.println(JsonText.of(value));
  }

  /** An element a line, so that long answers can be read, and need not be held, as a whole. */
  private void array(Iterator<?> elements) {
    out.print('[');
    String before = "\n";
    while (elements.hasNext() && !out.checkError()) {
      out.print(before + JsonText.of(elements.next()));
      before = ",\n";
    }
    out.println("]");
  }
}
