package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.InternalCachetronomyApi

/** JSON text read without a type, as rows in `json` are. Stateless. */
@InternalCachetronomyApi
public object UntypedJson {
    /**
     * The value that [text] is: null, Boolean, Long, BigInteger, Double, String, List or Map.
     *
     * @throws IllegalArgumentException if it is no JSON
     */
    @JvmStatic
    public fun read(text: String): Any? = UntypedJsonReader(text).read()
}
