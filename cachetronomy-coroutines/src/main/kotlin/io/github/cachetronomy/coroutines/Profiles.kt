package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.engine.CacheEngine
import io.github.cachetronomy.core.settings.ProfileFile
import java.nio.file.Path

/**
 * The profiles of the file: named settings, of which one is in force. Entries are shared by all of them.
 *
 * What is changed here is in the file when the call returns, and other processes find it when they open
 * the file. A row that cannot be read counts as none, and [Cachetronaut.health] says so. Where the file
 * cannot be used, everything but [active] throws
 * [StoreUnavailableException][io.github.cachetronomy.core.StoreUnavailableException]; a cache that was opened
 * read-only refuses changes with an [IllegalStateException]. Cancelling withdraws a change, unless its
 * commit has begun. Thread-safe.
 */
public class Profiles internal constructor(
    private val engine: () -> CacheEngine,
) {
    /** The profile in force. Never waits. */
    public val active: Profile get() = engine().profile

    /** The profiles of the file, by name. */
    public suspend fun list(): List<Profile> = engine().run { onStore { profiles.list() } }

    /** The profile called [name], or null. */
    public suspend fun find(name: String): Profile? = engine().run { onStore { profiles.find(name) } }

    /**
     * Stores [profile], which does not come into force by that.
     *
     * @throws IllegalArgumentException if there is a profile of its name
     */
    public suspend fun create(profile: Profile): Unit = engine().profiles.create(profile).awaitSuspending()

    /** As above, with the settings that [configure] makes. Returns the new profile. */
    public suspend fun create(
        name: String,
        configure: ProfileBuilder.() -> Unit,
    ): Profile = ProfileBuilder(Profile.Builder(name)).apply(configure).build().also { create(it) }

    /**
     * Stores the profiles that the YAML file [source] describes (see [ProfileFile]), all or none; those that are
     * there already are replaced. One that is in force takes effect at once. Returns them in the order of [source].
     *
     * @throws io.github.cachetronomy.core.settings.SettingsException if [source] cannot be read, or says something
     * that no profile can have; nothing is stored then
     */
    public suspend fun load(source: Path): List<Profile> =
        engine().run { profiles.putAll(onStore { ProfileFile.read(source) }.values).awaitSuspending() }

    /**
     * Removes the profile from the file. Its entries stay. Returns whether there was one.
     *
     * @throws IllegalStateException if it is `default`, in force, or the one that the file is opened with
     */
    public suspend fun delete(name: String): Boolean = engine().profiles.delete(name).awaitSuspending()

    /**
     * Puts the profile called [name] into force and returns it. It is also the one with which the file is
     * opened from now on, by whoever does not name another, the Python package among them.
     *
     * Times to live and tags count for every later write, entries beyond the new cap leave memory at once,
     * and the jobs take on their new intervals.
     *
     * @param createIfMissing whether a profile that is not there is made, with every setting at its default
     * @throws io.github.cachetronomy.core.ProfileNotFoundException if there is none of that name
     */
    public suspend fun activate(
        name: String,
        createIfMissing: Boolean = false,
    ): Profile = engine().profiles.activate(name, createIfMissing).awaitSuspending()

    /**
     * Changes what [change] sets and leaves the rest of the profile as it is. Returns the new profile, which
     * takes effect at once where it is the one in force.
     *
     * Atomic across processes: if the profile is changed meanwhile, [change] is called again. It runs in the
     * caller's context, under no lock.
     *
     * @throws io.github.cachetronomy.core.ProfileNotFoundException if there is none of that name
     */
    public suspend fun update(
        name: String,
        change: ProfileBuilder.() -> Unit,
    ): Profile = engine().profiles.update(name) { ProfileBuilder(it.toBuilder()).apply(change).build() }
}
