package io.github.cachetronomy.examples.atlas;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Lays the reports out as a table: one row a module, and a last one with the sums. */
public final class AtlasTable {
  private static final List<String> HEADINGS =
      List.of("module", "classes", "size", "public types", "public methods", "sha-256");
  private static final int SHOWN_DIGITS = 12;
  private static final String GAP = "  ";

  private AtlasTable() {}

  public static List<String> lines(List<ModuleReport> reports) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    reports.forEach(report -> rows.add(cells(report)));
    rows.add(cells(total(reports)));

    int[] widths =
        IntStream.range(0, HEADINGS.size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    String rule = "-".repeat(IntStream.of(widths).sum() + GAP.length() * (widths.length - 1));

    List<String> lines = new ArrayList<>();
    rows.forEach(row -> lines.add(line(row, widths)));
    lines.add(1, rule);
    lines.add(lines.size() - 1, rule);
    return lines;
  }

  private static ModuleReport total(List<ModuleReport> reports) {
    return new ModuleReport(
        "total",
        reports.stream().mapToInt(ModuleReport::classes).sum(),
        reports.stream().mapToLong(ModuleReport::bytes).sum(),
        "",
        reports.stream().mapToInt(ModuleReport::publicTypes).sum(),
        reports.stream().mapToInt(ModuleReport::publicMethods).sum());
  }

  private static List<String> cells(ModuleReport report) {
    String sha = report.sha256();
    return List.of(
        report.module(),
        count(report.classes()),
        count((report.bytes() + 1023) / 1024) + " KiB",
        count(report.publicTypes()),
        count(report.publicMethods()),
        sha.substring(0, Math.min(SHOWN_DIGITS, sha.length())));
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Names and digests start at the left, numbers end at the right. */
  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String padding = " ".repeat(widths[column] - row.get(column).length());
      boolean isText = column == 0 || column == widths.length - 1;
      line.append(column == 0 ? "" : GAP)
          .append(isText ? row.get(column) + padding : padding + row.get(column));
    }
    return line.toString().stripTrailing();
  }
}
