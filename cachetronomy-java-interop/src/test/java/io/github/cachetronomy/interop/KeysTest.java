package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.core.keys.Keys;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Keys of calls, as Java makes them. */
@Tag("fast")
class KeysTest {
  record Point(int x, int y) {}

  private record Line(Point from, Point to) {}

  @Test
  void aKeyNamesTheFunctionAndItsArguments() {
    assertEquals("user(7)", Keys.of("user", 7));
    assertEquals("user()", Keys.of("user"));
    assertEquals("user(null)", Keys.of("user", (Object) null));
    assertEquals("f([1,\"a\"],{\"k\":true})", Keys.of("f", List.of(1, "a"), Map.of("k", true)));
    assertEquals("f(java.util.concurrent.TimeUnit.DAYS)", Keys.of("f", TimeUnit.DAYS));
  }

  @Test
  void recordsAreWrittenByTheirComponents() {
    String point = "io.github.cachetronomy.interop.KeysTest$Point";
    assertEquals("f(" + point + "(x=1,y=2))", Keys.of("f", new Point(1, 2)));
    assertNotEquals(
        Keys.of("f", new Line(new Point(1, 2), new Point(3, 4))),
        Keys.of("f", new Line(new Point(1, 2), new Point(4, 3))));
  }

  @Test
  void whatHasNoStableTextIsRefusedAndNamed() {
    for (Object unstable : List.of(new Object(), Set.of(new Object()), (Runnable) () -> {})) {
      var refusal =
          assertThrows(IllegalArgumentException.class, () -> Keys.of("fetch", 1, unstable));
      assertTrue(refusal.getMessage().startsWith("argument 2 of fetch"), refusal.getMessage());
    }
  }
}
