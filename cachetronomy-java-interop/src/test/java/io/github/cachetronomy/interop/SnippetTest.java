package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("fast")
class SnippetTest {
  private final AtomicInteger calls = new AtomicInteger();

  private final Snippet.Api api =
      new Snippet.Api() {
        @Override
        public Snippet.User fetchUser(int id) {
          calls.incrementAndGet();
          return new Snippet.User(id, "user " + id);
        }

        @Override
        public List<Snippet.User> all() {
          return List.of(fetchUser(1), fetchUser(2));
        }

        @Override
        public CompletableFuture<Snippet.User> fetchUserAsync(int id) {
          return CompletableFuture.completedFuture(fetchUser(id));
        }
      };

  @Test
  void itAnswersTheSameAfterARestart(@TempDir Path folder) {
    for (int run = 0; run < 2; run++) {
      Snippet.Answers answers = Snippet.run(folder.resolve("app.db"), api);
      assertEquals(new Snippet.User(7, "user 7"), answers.user());
      assertEquals(Optional.of("hello"), answers.hi());
      assertEquals(2, answers.all().size());
      assertEquals(new Snippet.User(8, "user 8"), answers.later().join());
    }
    assertEquals(4, calls.get());
  }
}
