/** The command line. */
@NullMarked
package io.github.cachetronomy.cli;

import org.jspecify.annotations.NullMarked;
