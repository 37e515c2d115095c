package io.github.cachetronomy.it

import io.github.cachetronomy.testing.ScriptedMemoryProbe

/** For caches whose entries and health are not to depend on how much memory the machine has left. */
val plentyOfMemory = ScriptedMemoryProbe(Long.MAX_VALUE)
