/** Serializers for what kotlinx.serialization does not know: records, beans, JDK types. */
@NullMarked
package io.github.cachetronomy.interop.jackson;

import org.jspecify.annotations.NullMarked;
