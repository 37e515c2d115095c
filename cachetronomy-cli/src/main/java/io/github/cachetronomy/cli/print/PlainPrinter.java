package io.github.cachetronomy.cli.print;

import io.github.cachetronomy.core.serialization.RawBytes;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints for scripts: a line each, columns between tabs, no header. */
final class PlainPrinter implements Printer {
  private final Output out;

  /** Whether somebody looks at it: then values are escaped like everything else. */
  private final boolean watched;

  PlainPrinter(Output out, boolean watched) {
    this.out = out;
    this.watched = watched;
  }

  @Override
  public void object(Map<String, @Nullable Object> object) {
    object.forEach((name, value) -> out.println(name + "\t" + Cells.text(value)));
  }

  @Override
  public void objects(List<String> columns, Iterator<Map<String, @Nullable Object>> objects) {
    while (objects.hasNext() && !out.failed()) {
      Map<String, @Nullable Object> row = objects.next();
      out.println(
          columns.stream()
              .map(name -> Cells.text(row.get(name)))
              .collect(Collectors.joining("\t")));
    }
  }

  @Override
  public void values(String column, Iterator<?> values) {
    while (values.hasNext() && !out.failed()) {
      out.println(Cells.text(values.next()));
    }
  }

  @Override
  public void entry(Map<String, @Nullable Object> row) {
    Object value = row.get("data");
    if (watched) {
      out.println(Cells.text(value));
    } else if (value instanceof byte[] bytes) {
      out.bytes(bytes);
    } else if (value instanceof RawBytes raw) {
      out.bytes(raw.getData());
    } else {
      out.println(value instanceof String text ? text : JsonText.of(value));
    }
  }

  @Override
  public void count(String what, long count) {
    out.println(Long.toString(count));
  }

  @Override
  public void nothing() {}
}
