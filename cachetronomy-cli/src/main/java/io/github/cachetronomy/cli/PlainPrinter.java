package io.github.cachetronomy.cli;

import java.io.PrintWriter;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints for scripts: a line each, columns between tabs, no header. */
final class PlainPrinter implements Printer {
  private final PrintWriter out;

  PlainPrinter(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void object(Map<String, @Nullable Object> object) {
    object.forEach((name, value) -> out.println(name + "\t" + Cells.text(value)));
  }

  @Override
  public void objects(List<String> columns, Iterator<Map<String, @Nullable Object>> objects) {
    while (objects.hasNext() && !out.checkError()) {
      Map<String, @Nullable Object> row = objects.next();
      out.println(
          columns.stream()
              .map(name -> Cells.text(row.get(name)))
              .collect(Collectors.joining("\t")));
    }
  }

  @Override
  public void values(String column, Iterator<?> values) {
    while (values.hasNext() && !out.checkError()) {
      out.println(Cells.text(values.next()));
    }
  }

  @Override
  public void value(@Nullable Object value) {
    out.println(Cells.text(value));
  }
}
