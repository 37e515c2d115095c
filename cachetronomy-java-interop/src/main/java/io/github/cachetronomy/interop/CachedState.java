package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.state.ObjectState;
import io.github.cachetronomy.core.state.SaveState;
import io.github.cachetronomy.core.state.StateStatus;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * The state of an object, held by the program and kept in the cache across restarts: see {@link
 * BlockingCachetronaut#state}.
 *
 * <p>Thread-safe, as far as the object is: what is held may be read, set, updated and saved from
 * anywhere, and of several saves the one that begins last is the last one in the file. A bean that
 * is changed in place must not be changed while it is being saved; a record, replaced as a whole,
 * has no such trouble.
 *
 * <p>Several handles of one id, also in other processes, do not see each other's changes until they
 * {@link #reload}. Each save replaces the state as a whole: the last one stays.
 *
 * <p>A thread that is interrupted while it waits gets a {@link
 * java.util.concurrent.CancellationException} with its interrupt flag set; what it began goes on.
 *
 * @param <T> the type of the object
 */
public final class CachedState<T> implements AutoCloseable {
  private final ObjectState<T> state;

  CachedState(ObjectState<T> state) {
    this.state = state;
  }

  /** The object. Setters called on it change nothing in the cache until it is saved. */
  public T value() {
    return state.getValue();
  }

  /**
   * Holds {@code value}, which is not null. Does no more than that, but for {@link
   * SaveState#ON_CHANGE}, with which it begins a save and does not wait for it.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public void set(T value) {
    state.setValue(Objects.requireNonNull(value, "value"));
  }

  /**
   * Replaces the object by what {@code change} makes of it and returns that. Atomic among the
   * callers of this handle: if the object was replaced meanwhile, {@code change} is called again
   * with the new one, so it should have no effects of its own. It runs on this thread, under no
   * lock. Saved as if the object were {@link #set}.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public T update(UnaryOperator<T> change) {
    return state.updateBlocking(
        value -> Objects.requireNonNull(change.apply(value), "the changed value"));
  }

  /**
   * Saves the object: what is held when the save begins. Writes the fields that have changed since
   * the last one, in one transaction, and gives the state a new time to live. Returns when it is
   * committed, whatever the cache's durability. Encoding runs on a thread of the cache's.
   *
   * @throws io.github.cachetronomy.core.EncodingFailedException if the object cannot be encoded;
   *     the file is as before
   * @throws io.github.cachetronomy.core.StoreUnavailableException if the file does not take it; it
   *     is as before
   */
  public void save() {
    state.saveBlocking();
  }

  /**
   * Replaces the object by what the file has; what was not saved is lost.
   *
   * @return false, with everything left as it is, if there is nothing that can be used
   * @throws io.github.cachetronomy.core.StoreUnavailableException if the file cannot be read
   */
  public boolean reload() {
    return state.reloadBlocking();
  }

  /**
   * Removes the state from the cache. The object stays held, and is saved again only by hand or
   * after another change.
   *
   * @return whether there was a state
   * @throws io.github.cachetronomy.core.StoreUnavailableException if the file does not take the
   *     removal
   */
  public boolean delete() {
    return state.deleteBlocking();
  }

  /** What the state is called. */
  public String id() {
    return state.getId();
  }

  /** Where the object came from when it was last restored. */
  public StateStatus status() {
    return state.getStatus();
  }

  /**
   * Ends this handle. With {@link SaveState#ON_CLOSE} and {@link SaveState#ON_CHANGE} what is
   * unsaved, a bean that was changed in place included, is committed when this returns; with {@link
   * SaveState#EXPLICIT} it is lost. Blocks while it is saved, no longer than the cache waits for
   * its file. Closing twice is closing once.
   *
   * <p>A cache that is closed first closes its states as this does, and tells of a failure by an
   * event and in the log.
   *
   * @throws io.github.cachetronomy.core.CachetronomyException if the object could not be saved; the
   *     handle is then still open
   */
  @Override
  public void close() {
    state.closeBlocking();
  }

  @Override
  public String toString() {
    return "CachedState(" + id() + ")";
  }
}
