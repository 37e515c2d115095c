package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.engine.events.HealthBoard
import io.github.cachetronomy.core.engine.store.StoreSlot
import io.github.cachetronomy.core.engine.store.patiently
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.text.quoted
import org.slf4j.LoggerFactory

/** Finds out which settings are in force when a cache is opened. */
internal class ProfileChoice(
    private val config: EngineConfig,
    private val slot: StoreSlot,
    private val health: HealthBoard,
) {
    private val given = config.profile

    /**
     * The profile given in code, else the one that is asked for by name, else the one that is active in the
     * file, else the default. What is stored of it wins over what is given, unless the latter insists; a file
     * that lacks it, or the default, gets it. A profile that cannot be read falls back to the one given, or
     * the default.
     */
    fun choose(): Profile {
        val store = slot.current
        var chosen = given ?: DEFAULT
        try {
            // Another process may be doing the same to a new file.
            patiently(slot.patience) {
                val name = given?.name ?: storedName(store)
                val stored = store.profiles.find(name)
                chosen = chosen(stored) ?: chosen
                val missing =
                    listOfNotNull(chosen.takeIf { it != stored }, DEFAULT.takeIf { lacksDefault(store, name) })
                if (missing.isNotEmpty() && !config.readOnly) {
                    store.transaction(Durability.COMMITTED) { missing.forEach(store.profiles::put) }
                }
            }
        } catch (fault: StoreFaultException) {
            val replaced = fault.kind == StoreFaultException.Kind.DAMAGED && slot.replaceDamaged(store, fault)
            if (replaced) return choose()
            health.raise(HealthBoard.Topic.PROFILE, "the profile cannot be read or stored: ${fault.message}")
        }
        if (given != null && chosen != given) {
            log.info("the file's profile is used, not the one given: {} instead of {}", chosen, given)
        }
        return chosen
    }

    private fun chosen(stored: Profile?): Profile? = if (config.overrideProfile) given ?: stored else stored ?: given

    /** The default stands in for a profile that is asked for, or active, and is of no use. */
    private fun storedName(store: StoreBackend): String {
        val name = config.profileName ?: store.profiles.active()
        if (name == null || name == Profile.DEFAULT) return Profile.DEFAULT
        val problem =
            try {
                if (store.profiles.find(name) != null) return name
                "it is not in the file"
            } catch (fault: StoreFaultException) {
                if (fault.kind != StoreFaultException.Kind.REJECTED) throw fault
                fault.message
            }
        val instead = "the default is in force instead of the profile ${quoted(name)}: $problem"
        health.raise(HealthBoard.Topic.PROFILE, instead)
        return Profile.DEFAULT
    }

    private fun lacksDefault(
        store: StoreBackend,
        name: String,
    ): Boolean =
        try {
            name != Profile.DEFAULT && store.profiles.find(Profile.DEFAULT) == null
        } catch (fault: StoreFaultException) {
            if (fault.kind != StoreFaultException.Kind.REJECTED) throw fault
            false
        }

    companion object {
        val DEFAULT: Profile = Profile.named(Profile.DEFAULT)
        private val log = LoggerFactory.getLogger("io.github.cachetronomy")!!
    }
}
