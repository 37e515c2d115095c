package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.spi.StoreFaultException
import org.slf4j.LoggerFactory

/** Finds out which settings are in force. */
internal class ProfileChoice(
    private val config: EngineConfig,
    private val slot: StoreSlot,
    private val health: HealthBoard,
) {
    private val given = config.profile
    private val wanted = given ?: DEFAULT

    /**
     * The stored profile wins over the one given in code, unless the latter insists; a file without one
     * gets it. A profile that cannot be read falls back to the one given, or the defaults.
     */
    fun choose(): Profile {
        val store = slot.current
        try {
            val stored = store.profiles.find(wanted.name)
            if (stored != null && (given == null || stored == given)) return stored
            if (stored != null && !config.overrideProfile) {
                log.info("the file's profile is used, not the one given: {} instead of {}", stored, given)
                return stored
            }
            if (!config.readOnly) store.transaction(Durability.COMMITTED) { store.profiles.put(wanted) }
            return wanted
        } catch (fault: StoreFaultException) {
            val replaced = fault.kind == StoreFaultException.Kind.DAMAGED && slot.replaceDamaged(store, fault)
            if (replaced) return choose()
            health.raise(HealthBoard.Topic.PROFILE, "the profile cannot be read or stored: ${fault.message}")
            return wanted
        }
    }

    companion object {
        val DEFAULT: Profile = Profile.named(Profile.DEFAULT)
        private val log = LoggerFactory.getLogger("io.github.cachetronomy")!!
    }
}
