package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Syntax;
import java.util.function.ToIntFunction;

/**
 * One of the commands.
 *
 * @param work does it, and gives the exit code
 */
record Command(Syntax syntax, ToIntFunction<Call> work) {}
