package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.state.SaveState;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;

/**
 * How the state of an object is restored and saved. What is not set comes from the active profile.
 *
 * <p>Immutable and thread-safe; each {@code with…} gives a changed copy.
 */
public final class StateOptions {
  private static final StateOptions DEFAULTS =
      new StateOptions(EntryOptions.defaults(), SaveState.EXPLICIT, false);

  private final EntryOptions entry;
  private final SaveState save;
  private final boolean strict;

  private StateOptions(EntryOptions entry, SaveState save, boolean strict) {
    this.entry = entry;
    this.save = save;
    this.strict = strict;
  }

  /** Saved by hand only, of any version, and not strict. */
  public static StateOptions defaults() {
    return DEFAULTS;
  }

  /** A copy for a state that lives for {@code timeToLive} from each save; it must be positive. */
  public StateOptions withTimeToLive(Duration timeToLive) {
    return new StateOptions(entry.withTimeToLive(timeToLive), save, strict);
  }

  /** A copy for a state that never expires. */
  public StateOptions withoutExpiry() {
    return new StateOptions(entry.withoutExpiry(), save, strict);
  }

  /** A copy whose rows have exactly these tags. */
  public StateOptions withTags(String... tags) {
    return new StateOptions(entry.withTags(tags), save, strict);
  }

  /** A copy whose rows have exactly these tags, repeats dropped. */
  public StateOptions withTags(Collection<String> tags) {
    return new StateOptions(entry.withTags(tags), save, strict);
  }

  /**
   * A copy for which a state of another version counts as none.
   *
   * @param version at least 1
   */
  public StateOptions withVersion(long version) {
    return new StateOptions(entry.withVersion(version), save, strict);
  }

  /** A copy that is saved as {@code save} says; by hand it can be saved at any time. */
  public StateOptions withSave(SaveState save) {
    return new StateOptions(entry, Objects.requireNonNull(save, "save"), strict);
  }

  /**
   * A copy for which a state that is there and cannot be decoded is a {@link
   * io.github.cachetronomy.core.DecodingFailedException}, or counts as none.
   */
  public StateOptions withStrict(boolean strict) {
    return new StateOptions(entry, save, strict);
  }

  /** When the state is saved without being asked. */
  public SaveState save() {
    return save;
  }

  /** Whether a state that cannot be decoded is an exception rather than none. */
  public boolean strict() {
    return strict;
  }

  EntryOptions entry() {
    return entry;
  }

  @Override
  public String toString() {
    return "StateOptions(save=" + save + ", strict=" + strict + ", " + entry + ")";
  }
}
