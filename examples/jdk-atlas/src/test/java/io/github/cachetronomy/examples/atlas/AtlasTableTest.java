package io.github.cachetronomy.examples.atlas;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class AtlasTableTest {

  @Test
  void columnsAreAlignedAndSummed() {
    List<ModuleReport> reports =
        List.of(
            new ModuleReport("java.base", 6_445, 25_476_096, "340ac02c0d93ffff", 1_336, 11_320),
            new ModuleReport("java.se", 1, 1, "0123456789abcdef", 0, 0));

    assertEquals(
        """
        module     classes        size  public types  public methods  sha-256
        --------------------------------------------------------------------------
        java.base    6,445  24,879 KiB         1,336          11,320  340ac02c0d93
        java.se          1       1 KiB             0               0  0123456789ab
        --------------------------------------------------------------------------
        total        6,446  24,880 KiB         1,336          11,320
        """,
        text(AtlasTable.lines(reports)));
  }

  @Test
  void noReportsMakeAnEmptyTable() {
    assertEquals(
        """
        module  classes   size  public types  public methods  sha-256
        -------------------------------------------------------------
        -------------------------------------------------------------
        total         0  0 KiB             0               0
        """,
        text(AtlasTable.lines(List.of())));
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }
}
