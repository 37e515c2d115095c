package io.github.cachetronomy.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints for people: a box with a header. */
final class TablePrinter implements Printer {
  private final PrintWriter out;

  TablePrinter(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void object(Map<String, @Nullable Object> object) {
    List<List<String>> rows = new ArrayList<>();
    object.forEach((name, value) -> rows.add(List.of(name, Cells.text(value))));
    print(List.of("property", "value"), rows);
  }

  @Override
  public void objects(List<String> columns, Iterator<Map<String, @Nullable Object>> objects) {
    List<List<String>> rows = new ArrayList<>();
    objects.forEachRemaining(
        row -> rows.add(columns.stream().map(name -> Cells.text(row.get(name))).toList()));
    print(columns, rows);
  }

  @Override
  public void values(String column, Iterator<?> values) {
    List<List<String>> rows = new ArrayList<>();
    values.forEachRemaining(value -> rows.add(List.of(Cells.text(value))));
    print(List.of(column), rows);
  }

  @Override
  public void value(@Nullable Object value) {
    out.println(Cells.text(value));
  }

  private void print(List<String> header, List<List<String>> rows) {
    int[] widths = header.stream().mapToInt(TablePrinter::width).toArray();
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    rule('╭', '┬', '╮', widths);
    line(header, widths);
    rule('├', '┼', '┤', widths);
    for (List<String> row : rows) {
      line(row, widths);
    }
    rule('╰', '┴', '╯', widths);
  }

  private void rule(char left, char between, char right, int[] widths) {
    StringBuilder rule = new StringBuilder().append(left);
    for (int i = 0; i < widths.length; i++) {
      rule.append("─".repeat(widths[i] + 2)).append(i + 1 < widths.length ? between : right);
    }
    out.println(rule);
  }

  private void line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder().append('│');
    for (int i = 0; i < widths.length; i++) {
      String cell = cells.get(i);
      line.append(' ').append(cell).append(" ".repeat(widths[i] - width(cell))).append(" │");
    }
    out.println(line);
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
