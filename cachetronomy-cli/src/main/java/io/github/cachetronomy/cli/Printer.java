package io.github.cachetronomy.cli;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints answers in one form. */
interface Printer {
  /** One thing with its properties. */
  void object(Map<String, @Nullable Object> object);

  /** Things of a kind. */
  void objects(List<String> columns, Iterator<Map<String, @Nullable Object>> objects);

  /** Single values of a kind. */
  void values(String column, Iterator<?> values);

  /** A value. */
  void value(@Nullable Object value);
}
