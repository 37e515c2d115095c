package io.github.cachetronomy.examples.recipes;

import java.nio.file.Files;
import java.nio.file.Path;

/** What the programs have in common. */
final class Recipes {
  private Recipes() {}

  /** In the folder that the build makes, if there is one; else in the working folder. */
  static Path file(String name) {
    Path target = Path.of("target");
    return Files.isDirectory(target) ? target.resolve(name) : Path.of(name);
  }
}
