package io.github.cachetronomy.cli.print;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints an answer in one form. Each command prints one answer. Not thread-safe. */
public interface Printer {
  /** One thing with its properties. */
  void object(Map<String, @Nullable Object> object);

  /** Things of a kind. */
  void objects(List<String> columns, Iterator<Map<String, @Nullable Object>> objects);

  /** Single values of a kind. */
  void values(String column, Iterator<?> values);

  /** An entry; {@code row} has its value under {@code data}. */
  void entry(Map<String, @Nullable Object> row);

  /** A number of things. */
  void count(String what, long count);

  /** That there is nothing to print. */
  void nothing();
}
