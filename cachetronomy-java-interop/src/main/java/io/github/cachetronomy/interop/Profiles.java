package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.Profile;
import io.github.cachetronomy.core.engine.EngineAccess;
import io.github.cachetronomy.core.engine.profiles.NamedProfiles;
import io.github.cachetronomy.core.settings.ProfileFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The profiles of the file: named settings, of which one is in force. Entries are shared by all of
 * them.
 *
 * <p>What is changed here is in the file when the call returns, and other processes find it when
 * they open the file. A row that cannot be read counts as none, and {@link
 * BlockingCachetronaut#health} says so. Where the file cannot be used, everything but {@link
 * #active} throws {@link io.github.cachetronomy.core.StoreUnavailableException}; a cache that was
 * opened read-only refuses changes with an {@link IllegalStateException}. A thread that is
 * interrupted while it waits gets a {@link java.util.concurrent.CancellationException}; a change
 * whose commit has not begun is then withdrawn. Thread-safe.
 */
public final class Profiles {
  private final EngineAccess access;

  Profiles(EngineAccess access) {
    this.access = access;
  }

  /** The profile in force. Never waits. */
  public Profile active() {
    return profiles().getActive();
  }

  /** The profiles of the file, by name. */
  public List<Profile> list() {
    return profiles().list();
  }

  /** The profile called {@code name}; empty = there is none. */
  public Optional<Profile> find(String name) {
    return Optional.ofNullable(profiles().find(name));
  }

  /**
   * Stores {@code profile}, which does not come into force by that.
   *
   * @throws IllegalArgumentException if there is a profile of its name
   */
  public void create(Profile profile) {
    profiles().create(profile).await();
  }

  /**
   * Stores the profiles that a YAML file describes (see {@link ProfileFile}), all or none; those
   * that are there already are replaced. One that is in force takes effect at once. Returns them in
   * the order of the file.
   *
   * @throws io.github.cachetronomy.core.settings.SettingsException if the file cannot be read, or
   *     says something that no profile can have; nothing is stored then
   */
  public List<Profile> load(Path source) {
    return profiles().putAll(ProfileFile.read(source).values()).await();
  }

  /**
   * Removes the profile from the file. Its entries stay. Returns whether there was one.
   *
   * @throws IllegalStateException if it is {@link Profile#DEFAULT}, in force, or the one that the
   *     file is opened with
   */
  public boolean delete(String name) {
    return profiles().delete(name).await();
  }

  /**
   * Puts the profile called {@code name} into force and returns it. It is also the one with which
   * the file is opened from now on, by whoever does not name another, the Python package among
   * them.
   *
   * <p>Times to live and tags count for every later write, entries beyond the new cap leave memory
   * at once, and the jobs take on their new intervals.
   *
   * @throws io.github.cachetronomy.core.ProfileNotFoundException if there is none of that name
   */
  public Profile activate(String name) {
    return activate(name, false);
  }

  /**
   * As {@link #activate(String)}.
   *
   * @param createIfMissing whether a profile that is not there is made, with every setting at its
   *     default
   */
  public Profile activate(String name, boolean createIfMissing) {
    return profiles().activate(name, createIfMissing).await();
  }

  /**
   * Changes what {@code change} sets and leaves the rest of the profile as it is. Returns the new
   * profile, which takes effect at once where it is the one in force.
   *
   * <p>Atomic across processes: if the profile is changed meanwhile, {@code change} is called
   * again. It runs on this thread, under no lock.
   *
   * @throws io.github.cachetronomy.core.ProfileNotFoundException if there is none of that name
   */
  public Profile update(String name, Consumer<? super Profile.Builder> change) {
    Objects.requireNonNull(change, "change");
    return profiles()
        .updateBlocking(
            name,
            before -> {
              Profile.Builder builder = before.toBuilder();
              change.accept(builder);
              return builder.build();
            });
  }

  private NamedProfiles profiles() {
    return access.getEngine().getProfiles();
  }
}
