/** The command line: what each command does. */
@NullMarked
package io.github.cachetronomy.cli;

import org.jspecify.annotations.NullMarked;
