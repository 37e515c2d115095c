package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.engine.CacheEngine
import io.github.cachetronomy.core.engine.reads.Pages
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/** What [open] lists, page by page as it is collected, with everything that was written before. */
internal fun <T> pagedFlow(
    current: () -> CacheEngine,
    open: CacheEngine.() -> Pages<T>,
): Flow<T> =
    flow {
        current().settleSuspending()
        val pages = current().open()
        while (true) {
            val page = current().onStore { pages.next() } ?: break
            page.forEach { emit(it) }
        }
    }
