package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.core.DecodingFailedException;
import io.github.cachetronomy.core.EntryOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Writes that build on what is there, through the Java face. */
@Tag("fast")
class BlockingReplaceTest extends BlockingFaceTest {
  @Test
  void replaceComparesValues() {
    cache.set("k", new User(7, "Ada"));

    assertFalse(cache.replace("k", new User(7, "Bob"), new User(7, "Eve")));
    assertTrue(cache.replace("k", new User(7, "Ada"), new User(7, "Eve"), EntryOptions.tags("t")));
    assertEquals(Optional.of(new User(7, "Eve")), cache.get("k", User.class));
    assertEquals(List.of("t"), cache.metadata("k").orElseThrow().getTags());
    assertFalse(cache.replace("absent", "a", "b"));

    cache.set("names", null, STRINGS);
    assertTrue(cache.replace("names", null, List.of("Ada"), STRINGS, EntryOptions.defaults()));
    assertEquals(Optional.of(List.of("Ada")), cache.get("names", STRINGS));
  }

  @Test
  void updateBuildsOnThePresentValue() {
    assertEquals("a", cache.update("k", String.class, old -> old == null ? "a" : old + "b"));
    assertEquals("ab", cache.update("k", String.class, old -> old == null ? "a" : old + "b"));
    assertEquals("abc", cache.update("k", String.class, EntryOptions.tags("t"), old -> old + "c"));
    assertEquals(List.of("t"), cache.metadata("k").orElseThrow().getTags());

    cache.update("names", STRINGS, old -> List.of("Ada"));
    assertEquals(
        List.of("Ada", "Grace"),
        cache.update(
            "names",
            STRINGS,
            EntryOptions.defaults(),
            old -> Stream.concat(old.stream(), Stream.of("Grace")).toList()));
  }

  @Test
  void updatesOfManyThreadsAllCount() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Thread thread =
          new Thread(
              () -> {
                for (int n = 0; n < 25; n++) {
                  cache.update("sum", Long.class, old -> old == null ? 1L : old + 1);
                  cache.increment("count");
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(Optional.of(200L), cache.get("sum", Long.class));
    assertEquals(Optional.of(200L), cache.get("count", Long.class));
  }

  @Test
  void updateRefusesAValueOfAnotherType() {
    cache.set("k", "no number");

    assertThrows(DecodingFailedException.class, () -> cache.update("k", Integer.class, old -> 1));
    assertEquals(Optional.of("no number"), cache.get("k", String.class));
  }

  @Test
  void whatAnUpdateThrowsLeavesTheEntry() {
    cache.set("k", "v");
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                cache.update(
                    "k",
                    String.class,
                    old -> {
                      throw new IllegalStateException(old);
                    }));
    assertEquals("v", thrown.getMessage());
    assertEquals(Optional.of("v"), cache.get("k", String.class));
  }
}
