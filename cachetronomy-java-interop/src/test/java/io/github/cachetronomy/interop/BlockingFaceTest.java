package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.cachetronomy.core.Lookup;
import io.github.cachetronomy.core.MissReason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A cache seen through the Java face, whose time passes when a test says so. */
abstract class BlockingFaceTest {
  static final TypeRef<List<String>> STRINGS = new TypeRef<>() {};

  record User(int id, String name) {}

  final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  BlockingCachetronaut cache;

  @BeforeEach
  void open(@TempDir Path folder) {
    cache = BlockingCachetronaut.builder(folder.resolve("app.db")).clock(now::get).build();
  }

  @AfterEach
  void close() {
    cache.close();
  }

  void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  static <T> Lookup.Hit<T> hit(Lookup<T> lookup) {
    if (lookup instanceof Lookup.Hit<T> hit) {
      return hit;
    }
    return fail(lookup.toString());
  }

  static MissReason missReason(Lookup<?> lookup) {
    return assertInstanceOf(Lookup.Miss.class, lookup).getReason();
  }
}
