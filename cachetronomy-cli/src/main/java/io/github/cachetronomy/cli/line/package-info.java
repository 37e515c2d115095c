/** Reading command lines, and telling how they are written. Knows nothing of caches. */
@NullMarked
package io.github.cachetronomy.cli.line;

import org.jspecify.annotations.NullMarked;
