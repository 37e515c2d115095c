package io.github.cachetronomy.examples.atlas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/**
 * What the command line asks for.
 *
 * @param modules the modules to report on, sorted
 * @param forget start by clearing the cache
 */
public record AtlasOptions(Path file, List<String> modules, boolean forget) {
  private static final String USAGE =
      """
      Usage: jdk-atlas [--forget] [--modules NAME,NAME,...] [CACHE-FILE]

      Reports on every module of the JDK that runs it: class files, size, public API, digest.
      The reports are kept in the cache file, so the second run has them at once.

        CACHE-FILE   default: jdk-atlas.db, in the folder target if there is one
        --modules    only these modules
        --forget     clear the cache first
        --help       show this text
      """;

  /** The options; prints the usage, or what is wrong with the arguments, and ends the program. */
  public static AtlasOptions parseOrExit(String... args) throws IOException {
    if (List.of(args).contains("--help")) {
      System.out.print(USAGE);
      System.exit(0);
    }
    try {
      return parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + System.lineSeparator() + USAGE);
      System.exit(2);
      throw e;
    }
  }

  static AtlasOptions parse(String... args) throws IOException {
    Path file = null;
    List<String> modules = JdkModules.names();
    boolean forget = false;
    for (Iterator<String> rest = List.of(args).iterator(); rest.hasNext(); ) {
      String arg = rest.next();
      if (arg.equals("--forget")) {
        forget = true;
      } else if (arg.equals("--modules") && rest.hasNext()) {
        modules = select(rest.next(), modules);
      } else if (arg.startsWith("-") || file != null) {
        throw new IllegalArgumentException("Cannot make sense of: " + arg);
      } else {
        file = Path.of(arg);
      }
    }
    return new AtlasOptions(file == null ? defaultFile() : file, modules, forget);
  }

  private static List<String> select(String names, List<String> known) {
    List<String> selected = List.of(names.split(",")).stream().distinct().sorted().toList();
    for (String name : selected) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException("This JDK has no module named: " + name);
      }
    }
    return selected;
  }

  private static Path defaultFile() {
    Path target = Path.of("target");
    Path folder = Files.isDirectory(target) ? target : Path.of("");
    return folder.resolve("jdk-atlas.db");
  }
}
