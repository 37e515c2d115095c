package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.InternalCachetronomyApi

/** Stored bytes that are not looked into; in JSON `{"$raw": BASE64}`. To be treated as immutable. */
@InternalCachetronomyApi
public class RawBytes(
    public val data: ByteArray,
)
