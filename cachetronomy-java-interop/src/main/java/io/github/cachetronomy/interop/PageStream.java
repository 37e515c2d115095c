package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.engine.EngineAccess;
import io.github.cachetronomy.core.engine.reads.Pages;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A listing as a stream that fetches page after page, as long as the cache is open. */
final class PageStream {
  private PageStream() {}

  static <T> Stream<T> of(EngineAccess access, Pages<? extends T> pages) {
    return Stream.<@Nullable List<? extends T>>iterate(
            pages.next(), Objects::nonNull, page -> next(access, pages))
        .flatMap(List::stream);
  }

  private static <T> @Nullable List<? extends T> next(
      EngineAccess access, Pages<? extends T> pages) {
    access.getEngine();
    return pages.next();
  }
}
