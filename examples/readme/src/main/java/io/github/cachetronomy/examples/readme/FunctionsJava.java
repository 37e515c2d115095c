package io.github.cachetronomy.examples.readme;

import io.github.cachetronomy.examples.readme.ReadmeJava.User;
import io.github.cachetronomy.interop.BlockingCachetronaut;
import io.github.cachetronomy.interop.MemoizedFunction;
import java.nio.file.Path;

/** What the README shows of functions in Java. */
public final class FunctionsJava {
  private FunctionsJava() {}

  public static void main(String[] args) {
    try (BlockingCachetronaut cache = BlockingCachetronaut.open(Path.of(args[0]))) {
      // readme:begin java-functions
      MemoizedFunction<Integer, User> user =
          cache.memoize("user", User.class).function(id -> fetchUser(id));
      System.out.println(user.apply(7));
      System.out.println(user.stats());
      // readme:end
    }
  }

  private static User fetchUser(int id) {
    return ReadmeJava.fetchUser(id);
  }
}
