package io.github.cachetronomy.core

/**
 * Marks what must be visible to the other modules of this library and is no API: it may change or
 * go without notice.
 */
@RequiresOptIn(
    message = "Internal to Cachetronomy; use a face of the cache instead.",
    level = RequiresOptIn.Level.ERROR,
)
@Retention(AnnotationRetention.BINARY)
@Target(AnnotationTarget.CLASS, AnnotationTarget.FUNCTION, AnnotationTarget.PROPERTY, AnnotationTarget.CONSTRUCTOR)
public annotation class InternalCachetronomyApi
