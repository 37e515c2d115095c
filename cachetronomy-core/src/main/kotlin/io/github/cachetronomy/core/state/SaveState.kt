package io.github.cachetronomy.core.state

/** When the state of an object is saved. Saving it by hand is possible with each of them. */
public enum class SaveState {
    /** Only when it is saved by hand. */
    EXPLICIT,

    /** When the state, or the cache it came from, is closed, if something is unsaved then. */
    ON_CLOSE,

    /**
     * After each change, in the background, and on closing if something is unsaved then. Of changes that come while one
     * save is under way only the last is saved after it.
     */
    ON_CHANGE,
}
