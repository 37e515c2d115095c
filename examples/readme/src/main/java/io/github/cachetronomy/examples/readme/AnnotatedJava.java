package io.github.cachetronomy.examples.readme;

import io.github.cachetronomy.core.annotations.CacheInvalidate;
import io.github.cachetronomy.core.annotations.CachePut;
import io.github.cachetronomy.core.annotations.Cached;
import io.github.cachetronomy.examples.readme.ReadmeJava.User;
import io.github.cachetronomy.interop.BlockingCachetronaut;
import java.nio.file.Path;

/** What the README shows of annotations. */
public final class AnnotatedJava {
  private AnnotatedJava() {}

  // readme:begin java-annotations
  interface Users {
    @Cached(key = "user:{id}", timeToLive = "5m", tags = "users")
    User find(int id);

    @CachePut(key = "user:{user.id}")
    User save(User user);

    @CacheInvalidate(key = "user:{id}")
    void delete(int id);
  }

  static Users cached(Users users, BlockingCachetronaut cache) {
    return cache.wrap(Users.class, users);
  }

  // readme:end

  public static void main(String[] args) {
    try (BlockingCachetronaut cache = BlockingCachetronaut.open(Path.of(args[0]))) {
      Users users = cached(new RemoteUsers(), cache);
      users.find(7);
      System.out.println(users.find(7));
      users.save(new User(7, "Eve"));
      System.out.println(users.find(7));
      users.delete(7);
      System.out.println(users.find(7));
    }
  }

  /** Tells what it is asked for. */
  private static final class RemoteUsers implements Users {
    @Override
    public User find(int id) {
      return ReadmeJava.fetchUser(id);
    }

    @Override
    public User save(User user) {
      System.out.println("saving");
      return user;
    }

    @Override
    public void delete(int id) {
      System.out.println("deleting");
    }
  }
}
