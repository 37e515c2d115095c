package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.EntryOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The program that the Java face was made for. */
final class Snippet {
  record User(int id, String name) {}

  /** Where the answers come from. */
  interface Api {
    User fetchUser(int id) throws Exception;

    List<User> all() throws Exception;

    CompletableFuture<User> fetchUserAsync(int id);
  }

  record Answers(User user, Optional<String> hi, List<User> all, CompletableFuture<User> later) {}

  static Answers run(Path file, Api api) {
    try (BlockingCachetronaut cache = BlockingCachetronaut.open(file)) {
      User user = cache.cached("user:7", User.class, () -> api.fetchUser(7));
      cache.set(
          "greeting", "hello", EntryOptions.timeToLive(Duration.ofMinutes(5)).withTags("users"));
      Optional<String> hi = cache.get("greeting", String.class);
      List<User> all = cache.cached("users", new TypeRef<List<User>>() {}, () -> api.all());
      CompletableFuture<User> later =
          cache.async().cached("user:8", User.class, () -> api.fetchUserAsync(8));
      later.join();
      return new Answers(user, hi, all, later);
    }
  }

  private Snippet() {}
}
