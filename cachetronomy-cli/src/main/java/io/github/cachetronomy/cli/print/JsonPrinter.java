package io.github.cachetronomy.cli.print;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints one JSON document. */
final class JsonPrinter implements Printer {
  private final Output out;

  JsonPrinter(Output out) {
    this.out = out;
  }

  @Override
  public void object(Map<String, @Nullable Object> object) {
    out.println(JsonText.of(object));
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
  public void entry(Map<String, @Nullable Object> row) {
    object(row);
  }

  @Override
  public void count(String what, long count) {
    object(Collections.singletonMap(what, count));
  }

  @Override
  public void nothing() {
    out.println("null");
  }

  /** An element a line, so that long answers can be read, and need not be held, as a whole. */
  private void array(Iterator<?> elements) {
    out.print("[");
    String before = "\n";
    while (elements.hasNext() && !out.failed()) {
      out.print(before + JsonText.of(elements.next()));
      before = ",\n";
    }
    out.println("]");
  }
}
