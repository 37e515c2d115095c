package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.engine.writes.WriteBatch;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what {@link BlockingCachetronaut#transaction} writes. Of several writes and removals of a
 * key the last one counts. Reading what was gathered is not possible: nothing is written yet. Not
 * thread-safe, and of no use afterwards.
 */
public final class Transaction {
  private final WriteBatch batch;

  Transaction(WriteBatch batch) {
    this.batch = batch;
  }

  /**
   * Puts {@code value}, which is not null, under {@code key}. Its time to live begins now.
   *
   * @throws io.github.cachetronomy.core.EncodingFailedException if the value cannot be encoded
   */
  public void set(String key, Object value) {
    set(key, value, EntryOptions.defaults());
  }

  /** As {@link #set(String, Object)}, written as {@code options} say. */
  public void set(String key, Object value, EntryOptions options) {
    batch.set(key, value, Types.ofValue(value), options);
  }

  /**
   * As {@link #set(String, Object, EntryOptions)}, for a value of a generic type, which may be
   * null.
   */
  public <T extends @Nullable Object> void set(
      String key, T value, TypeRef<T> type, EntryOptions options) {
    batch.set(key, value, type.valueType(), options);
  }

  /** Removes the entry of {@code key}, if there is one. */
  public void delete(String key) {
    batch.delete(key);
  }
}
