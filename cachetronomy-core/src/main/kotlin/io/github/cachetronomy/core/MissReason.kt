package io.github.cachetronomy.core

/** Why a read found no usable value. */
public enum class MissReason {
    /** Nothing is stored under the key. */
    ABSENT,

    /** The entry is past its time. */
    EXPIRED,

    /** The entry has another version than the reader expects. */
    VERSION,

    /** The entry was written from a class of another shape. */
    SHAPE,

    /** The stored bytes do not decode as the type asked for. */
    DECODING,

    /** No serializer is registered for the entry's format. */
    FORMAT,

    /** The row fails its checksum, or its text cannot be read. */
    DAMAGED,

    /** The row was written at a time that is yet to come: a clock was set back since. */
    CLOCK,

    /** The store could not be read. */
    UNAVAILABLE,
}
