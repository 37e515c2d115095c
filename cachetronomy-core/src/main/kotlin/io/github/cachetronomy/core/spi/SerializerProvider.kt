package io.github.cachetronomy.core.spi

/**
 * Adds serializers to the standard registry, found by [java.util.ServiceLoader] when a type turns up
 * that none of the built-in serializers supports.
 */
public interface SerializerProvider {
    /** The serializers, asked in this order and after the built-in ones. */
    public fun serializers(): List<Serializer>
}
