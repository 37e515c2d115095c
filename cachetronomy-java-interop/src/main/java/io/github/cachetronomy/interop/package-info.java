/**
 * The Java face of the cache: {@link io.github.cachetronomy.interop.BlockingCachetronaut} for calls
 * that wait and {@link io.github.cachetronomy.interop.AsyncCachetronaut} for calls that give a
 * future.
 */
@NullMarked
package io.github.cachetronomy.interop;

import org.jspecify.annotations.NullMarked;
