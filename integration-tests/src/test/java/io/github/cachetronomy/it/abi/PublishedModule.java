package io.github.cachetronomy.it.abi;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import org.jetbrains.kotlin.abi.tools.AbiFilters;
import org.jetbrains.kotlin.abi.tools.AbiTools;
import org.jetbrains.kotlin.abi.tools.AbiToolsFactory;

/** A module that users depend on, and its public API: as compiled, and as agreed on. */
enum PublishedModule {
  CORE("cachetronomy-core"),
  COROUTINES("cachetronomy-coroutines"),
  JAVA_INTEROP("cachetronomy-java-interop"),
  TESTING("cachetronomy-testing"),
  KTOR("integrations/cachetronomy-ktor");

  private static final String INTERNAL = "io.github.cachetronomy.core.InternalCachetronomyApi";

  static final AbiTools TOOLS =
      ServiceLoader.load(AbiToolsFactory.class).findFirst().orElseThrow().get();

  private final String folder;

  PublishedModule(String folder) {
    this.folder = folder;
  }

  /** The file that says what the API is to be. */
  Path agreed() {
    return home().resolve("api").resolve(this + ".api");
  }

  /** What the compiled classes show to others, apart from what is marked as internal. */
  String dump() throws IOException {
    Path classes = home().resolve("target").resolve("classes");
    List<File> files;
    try (Stream<Path> all = Files.walk(classes)) {
      files =
          all.filter(path -> path.toString().endsWith(".class"))
              .sorted()
              .map(Path::toFile)
              .toList();
    }
    StringBuilder dump = new StringBuilder();
    AbiFilters filters = new AbiFilters(Set.of(), Set.of(), Set.of(), Set.of(INTERNAL));
    TOOLS.printJvmDump(dump, files, filters);
    return dump.toString();
  }

  /** Tests run in the folder of their own module. */
  private Path home() {
    return Path.of("..", folder);
  }

  @Override
  public String toString() {
    return Path.of(folder).getFileName().toString();
  }
}
