package io.github.cachetronomy.cli.print;

/**
 * A value of which only the bytes are known: its format cannot be read without the class it was
 * written from.
 *
 * <p>Immutable, the array by agreement.
 */
public record RawValue(byte[] bytes) {}
