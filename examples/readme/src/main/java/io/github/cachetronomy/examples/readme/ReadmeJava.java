package io.github.cachetronomy.examples.readme;

// readme:begin java
import io.github.cachetronomy.interop.BlockingCachetronaut;
import java.nio.file.Path;

public class ReadmeJava {
  public record User(int id, String name) {}

  public static void main(String[] args) {
    try (var cache = BlockingCachetronaut.open(Path.of(args[0]))) {
      User user = cache.cached("user:7", User.class, () -> fetchUser(7));
      System.out.println(user);
    }
  }

  static User fetchUser(int id) {
    System.out.println("loading");
    return new User(id, "Ada");
  }
}
// readme:end
