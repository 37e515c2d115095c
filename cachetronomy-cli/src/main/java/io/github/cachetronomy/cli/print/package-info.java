/** What the cache says, as tables, as JSON and as plain lines. */
@NullMarked
package io.github.cachetronomy.cli.print;

import org.jspecify.annotations.NullMarked;
