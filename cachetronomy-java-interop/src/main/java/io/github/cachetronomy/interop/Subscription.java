package io.github.cachetronomy.interop;

/**
 * A listener's connection to a cache. Closing it ends the events, closing it twice is closing it
 * once. Thread-safe.
 */
public interface Subscription extends AutoCloseable {
  @Override
  void close();
}
