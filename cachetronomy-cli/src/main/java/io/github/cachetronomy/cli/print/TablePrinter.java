package io.github.cachetronomy.cli.print;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints for people: a box with a header, as wide as the terminal at the most. */
final class TablePrinter implements Printer {
  private static final String BOLD = "\u001b[1m";
  private static final String DIM = "\u001b[2m";
  private static final String END = "\u001b[0m";

  /** The least that a column shows of its cells. */
  private static final int NARROW = 6;

  private final Output out;
  private final Terminal terminal;

  TablePrinter(Output out, Terminal terminal) {
    this.out = out;
    this.terminal = terminal;
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
  public void entry(Map<String, @Nullable Object> row) {
    object(row);
  }

  @Override
  public void count(String what, long count) {
    print(List.of(what), List.of(List.of(Long.toString(count))));
  }

  @Override
  public void nothing() {}

  private void print(List<String> header, List<List<String>> rows) {
    int[] widths = header.stream().mapToInt(Width::of).toArray();
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], Width.of(row.get(i)));
      }
    }
    fit(widths);
    rule('╭', '┬', '╮', widths);
    line(header, widths, BOLD);
    rule('├', '┼', '┤', widths);
    for (List<String> row : rows) {
      line(row, widths, "");
    }
    rule('╰', '┴', '╯', widths);
  }

  /** Takes from the widest column until all of them fit. */
  private void fit(int[] widths) {
    int room = terminal.columns() - 3 * widths.length - 1;
    while (terminal.columns() > 0 && Arrays.stream(widths).sum() > room) {
      int widest = 0;
      for (int i = 1; i < widths.length; i++) {
        if (widths[i] > widths[widest]) {
          widest = i;
        }
      }
      if (widths[widest] <= NARROW) {
        return;
      }
      int others = Arrays.stream(widths).sum() - widths[widest];
      int second = 0;
      for (int i = 0; i < widths.length; i++) {
        second = i == widest ? second : Math.max(second, widths[i]);
      }
      widths[widest] =
          Math.max(Math.max(NARROW, room - others), Math.min(second, widths[widest] - 1));
    }
  }

  private void rule(char left, char between, char right, int[] widths) {
    StringBuilder rule = new StringBuilder().append(left);
    for (int i = 0; i < widths.length; i++) {
      rule.append("─".repeat(widths[i] + 2)).append(i + 1 < widths.length ? between : right);
    }
    out.println(dim(rule.toString()));
  }

  private void line(List<String> cells, int[] widths, String style) {
    StringBuilder line = new StringBuilder(dim("│"));
    for (int i = 0; i < widths.length; i++) {
      String cell = Width.cut(cells.get(i), widths[i]);
      String styled = style.isEmpty() || !terminal.colour() ? cell : style + cell + END;
      line.append(' ').append(styled).append(" ".repeat(widths[i] - Width.of(cell)));
      line.append(' ').append(dim("│"));
    }
    out.println(line.toString());
  }

  private String dim(String text) {
    return terminal.colour() ? DIM + text + END : text;
  }
}
