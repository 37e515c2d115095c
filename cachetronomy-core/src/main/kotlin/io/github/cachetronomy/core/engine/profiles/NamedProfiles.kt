package io.github.cachetronomy.core.engine.profiles

import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.ProfileNotFoundException
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.engine.events.HealthBoard
import io.github.cachetronomy.core.engine.queue.ChoreOp
import io.github.cachetronomy.core.engine.queue.QueuedWrite
import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.engine.queue.WritePolicy
import io.github.cachetronomy.core.engine.queue.WriteQueue
import io.github.cachetronomy.core.engine.store.StoreSlot
import io.github.cachetronomy.core.engine.tasks.EngineScope
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.text.quoted
import io.github.cachetronomy.core.text.requireProfileName

/**
 * The profiles of the file, and which of them is in force. Changes are made in the store's transaction,
 * and take effect in the order of their commits. A row that cannot be read counts as none. Thread-safe.
 */
@InternalCachetronomyApi
public class NamedProfiles internal constructor(
    private val inForce: ProfileInForce,
    private val followers: ProfileFollowers,
    private val queue: WriteQueue,
    private val slot: StoreSlot,
    private val scope: EngineScope,
    private val policy: WritePolicy,
    private val health: HealthBoard,
) {
    /** The profile in force. */
    public val active: Profile get() = inForce.profile

    /** The profiles of the file by name. */
    public fun list(): List<Profile> =
        reading { store ->
            val unreadable = ArrayList<String>()
            val profiles = store.profiles.list(unreadable::add)
            if (unreadable.isEmpty()) {
                health.clear(HealthBoard.Topic.PROFILES)
            } else {
                health.raise(HealthBoard.Topic.PROFILES, unreadable.joinToString())
            }
            profiles
        }

    /** The profile called [name], or null. */
    public fun find(name: String): Profile? = reading { readable(it, name) }

    public fun create(profile: Profile): Write<Unit> =
        changing { store ->
            require(readable(store, profile.name) == null) { "there is a profile ${quoted(profile.name)} already" }
            store.profiles.put(profile)
        }

    /** Stores all of [profiles] or none, in the place of those of their names. Gives them as a list. */
    public fun putAll(profiles: Collection<Profile>): Write<List<Profile>> {
        val all = profiles.toList()
        return changing({ stored -> stored.find { it.name == active.name }?.let { inForce.profile = it } }) { store ->
            all.forEach(store.profiles::put)
            all
        }
    }

    /** Gives whether there was one. */
    public fun delete(name: String): Write<Boolean> {
        check(name != Profile.DEFAULT) { "the profile ${quoted(name)} cannot be deleted" }
        return changing { store ->
            val isActive = name == active.name || name == store.profiles.active()
            check(!isActive) { "the profile ${quoted(name)} is active and cannot be deleted" }
            store.profiles.delete(name)
        }
    }

    public fun activate(
        name: String,
        createIfMissing: Boolean,
    ): Write<Profile> {
        requireProfileName(name)
        return changing({ inForce.profile = it }) { store ->
            val stored = readable(store, name)
            // A new file, after a damaged one, does not have what is in force.
            val profile = stored ?: active.takeIf { it.name == name } ?: created(name, createIfMissing)
            if (stored == null) store.profiles.put(profile)
            store.profiles.setActive(name)
            profile
        }.map { profile -> profile.also { health.clear(HealthBoard.Topic.PROFILE) } }
    }

    private fun created(
        name: String,
        createIfMissing: Boolean,
    ): Profile = if (createIfMissing) Profile.named(name) else throw ProfileNotFoundException(name)

    /** Stores what [change] makes of the profile; calls it again if the profile was changed meanwhile. */
    public suspend fun update(
        name: String,
        change: (Profile) -> Profile,
    ): Profile {
        while (true) {
            val before = scope.onStore { find(name) }
            val after = change(base(before, name))
            if (replace(before, after).awaitSuspending()) return after
        }
    }

    /** As [update], on this thread. */
    public fun updateBlocking(
        name: String,
        change: (Profile) -> Profile,
    ): Profile {
        while (true) {
            val before = find(name)
            val after = change(base(before, name))
            if (replace(before, after).await()) return after
        }
    }

    private fun base(
        stored: Profile?,
        name: String,
    ): Profile = stored ?: active.takeIf { it.name == name } ?: throw ProfileNotFoundException(name)

    private fun replace(
        before: Profile?,
        after: Profile,
    ): Write<Boolean> =
        changing({ replaced -> if (replaced && active.name == after.name) inForce.profile = after }) { store ->
            val unchanged = readable(store, after.name) == before
            if (unchanged) store.profiles.put(after)
            unchanged
        }

    private fun readable(
        store: StoreBackend,
        name: String,
    ): Profile? =
        try {
            store.profiles.find(name)
        } catch (fault: StoreFaultException) {
            if (fault.kind != StoreFaultException.Kind.REJECTED) throw fault
            health.raise(HealthBoard.Topic.PROFILES, fault.message.orEmpty())
            null
        }

    private fun <R> reading(ask: (StoreBackend) -> R): R {
        policy.refuseIfClosed()
        return slot.readOrThrow { store ->
            requireFile(store)
            ask(store)
        }
    }

    /** [settled] runs under the queue's lock once the change is committed, so that switches keep that order. */
    private fun <R : Any> changing(
        settled: (R) -> Unit = {},
        change: (StoreBackend) -> R,
    ): Write<R> {
        policy.refuseIfReadOnly()
        return QueuedWrite(
            queue,
            false,
            {
                policy.refuseIfClosed()
                val op =
                    ChoreOp(policy.durability, { result: R? -> result?.let(settled) }) { store ->
                        requireFile(store)
                        change(store)
                    }
                // Also for a caller who has given up waiting.
                op.done.whenComplete { _, _ -> followers.follow() }
                queue.enqueue(op) { }
                op
            },
            { result ->
                followers.follow()
                // What is still amiss is told when it is looked at.
                health.clear(HealthBoard.Topic.PROFILES)
                @Suppress("UNCHECKED_CAST")
                result as R
            },
            { fault -> throw StoreUnavailableException("the profiles cannot be changed now: ${fault.message}", fault) },
        )
    }

    /** What stands in for the file has none of its profiles. */
    private fun requireFile(store: StoreBackend) {
        if (slot.isStandIn(store)) throw StoreUnavailableException("the file that has the profiles cannot be used")
    }
}
