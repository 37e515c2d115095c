package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import kotlinx.coroutines.runBlocking
import java.nio.file.Path
import java.time.Duration
import kotlin.time.toKotlinDuration

/** One way to call the profiles of a cache. */
interface ProfileDoor {
    val active: Profile

    fun list(): List<Profile>

    fun find(name: String): Profile?

    fun create(profile: Profile)

    fun load(source: Path): List<Profile>

    fun delete(name: String): Boolean

    fun activate(name: String): Profile

    fun activate(
        name: String,
        createIfMissing: Boolean,
    ): Profile

    /** What is null is left as it is. [meanwhile] runs each time the change is made. */
    fun update(
        name: String,
        timeToLive: Duration? = null,
        maxItemsInMemory: Int? = null,
        meanwhile: () -> Unit = {},
    ): Profile
}

internal class SuspendProfileDoor(
    cache: Cachetronaut,
) : ProfileDoor {
    private val profiles = cache.profiles

    override val active: Profile get() = profiles.active

    override fun list(): List<Profile> = runBlocking { profiles.list() }

    override fun find(name: String): Profile? = runBlocking { profiles.find(name) }

    override fun create(profile: Profile) = runBlocking { profiles.create(profile) }

    override fun load(source: Path): List<Profile> = runBlocking { profiles.load(source) }

    override fun delete(name: String): Boolean = runBlocking { profiles.delete(name) }

    override fun activate(name: String): Profile = runBlocking { profiles.activate(name) }

    override fun activate(
        name: String,
        createIfMissing: Boolean,
    ): Profile = runBlocking { profiles.activate(name, createIfMissing) }

    override fun update(
        name: String,
        timeToLive: Duration?,
        maxItemsInMemory: Int?,
        meanwhile: () -> Unit,
    ): Profile =
        runBlocking {
            profiles.update(name) {
                timeToLive?.let { this.timeToLive = it.toKotlinDuration() }
                maxItemsInMemory?.let { this.maxItemsInMemory = it }
                meanwhile()
            }
        }
}

internal class JavaProfileDoor(
    cache: BlockingCachetronaut,
) : ProfileDoor {
    private val profiles = cache.profiles()

    override val active: Profile get() = profiles.active()

    override fun list(): List<Profile> = profiles.list()

    override fun find(name: String): Profile? = profiles.find(name).orElse(null)

    override fun create(profile: Profile) = profiles.create(profile)

    override fun load(source: Path): List<Profile> = profiles.load(source)

    override fun delete(name: String): Boolean = profiles.delete(name)

    override fun activate(name: String): Profile = profiles.activate(name)

    override fun activate(
        name: String,
        createIfMissing: Boolean,
    ): Profile = profiles.activate(name, createIfMissing)

    override fun update(
        name: String,
        timeToLive: Duration?,
        maxItemsInMemory: Int?,
        meanwhile: () -> Unit,
    ): Profile =
        profiles.update(name) { builder ->
            timeToLive?.let(builder::timeToLive)
            maxItemsInMemory?.let(builder::maxItemsInMemory)
            meanwhile()
        }
}
