package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.github.cachetronomy.core.DecodingFailedException;
import io.github.cachetronomy.core.EncodingFailedException;
import io.github.cachetronomy.core.state.SaveState;
import io.github.cachetronomy.core.state.StateStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * States as Java programs have them: records, beans, generic types, and what Jackson makes of them.
 */
@Tag("fast")
class StateTest {
  record Game(int score, List<String> moves) {
    Game() {
      this(0, List.of());
    }

    Game withOneMorePoint() {
      return new Game(score + 1, moves);
    }
  }

  /** The record as it was before a field was added. */
  record OldGame(int score) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record TolerantGame(int score) {}

  static class Notebook {
    private final List<String> lines = new ArrayList<>();
    private transient int cursor;

    public List<String> getLines() {
      return lines;
    }

    public void setLines(List<String> lines) {
      this.lines.clear();
      this.lines.addAll(lines);
    }

    @JsonIgnore
    public int getCursor() {
      return cursor;
    }

    public void setCursor(int cursor) {
      this.cursor = cursor;
    }
  }

  private static final StateOptions ON_CLOSE = StateOptions.defaults().withSave(SaveState.ON_CLOSE);

  private Path file;
  private BlockingCachetronaut cache;

  @BeforeEach
  void open(@TempDir Path folder) {
    file = folder.resolve("app.db");
    cache = BlockingCachetronaut.open(file);
  }

  @AfterEach
  void close() {
    cache.close();
  }

  private void reopen() {
    cache.close();
    cache = BlockingCachetronaut.open(file);
  }

  @Test
  void aRecordIsThereAfterARestart() {
    try (CachedState<Game> game = cache.state("player1", Game.class, ON_CLOSE, Game::new)) {
      assertEquals(StateStatus.CREATED, game.status());
      assertEquals(1, game.update(Game::withOneMorePoint).score());
    }
    reopen();
    CachedState<Game> game = cache.state("player1", Game.class, ON_CLOSE, Game::new);
    assertEquals(StateStatus.STORE, game.status());
    assertEquals(new Game(1, List.of()), game.value());
  }

  @Test
  void aBeanIsSavedAsItIsWhenItIsSaved() {
    CachedState<Notebook> notebook = cache.state("notes", Notebook.class, Notebook::new);
    notebook.value().getLines().add("first");
    notebook.value().setCursor(7);
    notebook.save();
    notebook.value().getLines().add("second");
    reopen();
    CachedState<Notebook> again = cache.state("notes", Notebook.class, Notebook::new);
    assertEquals(List.of("first"), again.value().getLines());
    assertEquals(0, again.value().getCursor());
    assertNotSame(again.value(), cache.state("notes", Notebook.class, Notebook::new).value());
  }

  @Test
  void aGenericTypeIsNamedByATypeRef() {
    var type = new TypeRef<Map<String, List<Integer>>>() {};
    var state = cache.state("map", type, Map::of);
    state.set(Map.of("a", List.of(1, 2)));
    state.save();
    cache.evictAll();
    assertEquals(Map.of("a", List.of(1, 2)), cache.state("map", type, Map::of).value());
  }

  @Test
  void aFieldThatWasAddedOrRemovedMakesItAnewUnlessTheClassIsTolerant() {
    cache.state("p", Game.class, () -> new Game(5, List.of("e4"))).save();
    var strict = StateOptions.defaults().withStrict(true);
    Class<OldGame> old = OldGame.class;
    assertEquals(0, cache.state("p", old, () -> new OldGame(0)).value().score());
    assertThrows(
        DecodingFailedException.class, () -> cache.state("p", old, strict, () -> new OldGame(0)));
    assertEquals(
        5, cache.state("p", TolerantGame.class, () -> new TolerantGame(0)).value().score());
  }

  @Test
  void whatCreatesItMayThrowAndGivesNoNull() {
    IOException failure = new IOException("no luck");
    Throwable thrown =
        assertThrows(
            IOException.class,
            () ->
                cache.state(
                    "p",
                    Game.class,
                    () -> {
                      throw failure;
                    }));
    assertSame(failure, thrown);
    assertThrows(NullPointerException.class, () -> cache.state("p", Game.class, () -> null));
    CachedState<Game> game = cache.state("p", Game.class, Game::new);
    assertThrows(NullPointerException.class, () -> game.set(null));
    assertThrows(NullPointerException.class, () -> game.update(value -> null));
  }

  @Test
  void whatCannotBeEncodedIsNotSaved() {
    CachedState<Runnable> state = cache.state("p", Runnable.class, () -> () -> {});
    assertThrows(EncodingFailedException.class, state::save);
    assertTrue(cache.keys().toList().isEmpty());
  }

  @Test
  void itIsRemovedAndReloaded() {
    CachedState<Game> game = cache.state("p", Game.class, Game::new);
    assertFalse(game.reload());
    game.save();
    game.update(Game::withOneMorePoint);
    assertTrue(game.reload());
    assertEquals(0, game.value().score());
    assertTrue(game.delete());
    assertFalse(game.delete());
  }
}
