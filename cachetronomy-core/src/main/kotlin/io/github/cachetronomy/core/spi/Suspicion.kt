package io.github.cachetronomy.core.spi

import java.time.Duration

/** A file has just failed in a way that points to damage. */
internal class Suspicion(
    /** What it failed with. */
    val fault: String,
    /** How long reading it through may take. */
    val patience: Duration,
)
