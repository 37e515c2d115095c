package io.github.cachetronomy.examples.readme;

import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.examples.readme.ReadmeJava.User;
import io.github.cachetronomy.interop.BlockingCachetronaut;
import io.github.cachetronomy.interop.TypeRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What else the README shows in Java. */
public final class MoreJava {
  private MoreJava() {}

  public static void main(String[] args) {
    try (BlockingCachetronaut cache = BlockingCachetronaut.open(Path.of(args[0]))) {
      // readme:begin java-more
      var options = EntryOptions.timeToLive(Duration.ofMinutes(5)).withTags("texts");
      cache.set("greeting", "hello", options);
      Optional<String> greeting = cache.get("greeting", String.class);
      long visits = cache.increment("visits");
      long removed = cache.clearByTags(Set.of("texts"));

      List<User> all = cache.cached("users", new TypeRef<List<User>>() {}, () -> fetchUsers());
      CompletableFuture<User> later =
          cache.async().cached("user:8", User.class, () -> fetchUserLater(8));
      // readme:end
      System.out.println(greeting + ", visit " + visits + ", " + removed + " removed");
      System.out.println(all + ", " + later.join());
    }
  }

  private static List<User> fetchUsers() {
    return List.of(new User(7, "Ada"));
  }

  private static CompletableFuture<User> fetchUserLater(int id) {
    return CompletableFuture.supplyAsync(() -> new User(id, "Bob"));
  }
}
