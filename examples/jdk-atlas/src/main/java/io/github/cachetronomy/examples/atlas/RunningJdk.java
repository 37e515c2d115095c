package io.github.cachetronomy.examples.atlas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Tells one JDK from another. It is part of every key, so no JDK is shown the answers of another.
 *
 * @param fingerprint size and time of the file with all classes, for builds that share a version
 */
public record RunningJdk(String vendor, String version, String fingerprint) {

  public static RunningJdk detect() throws IOException {
    Path image = Path.of(System.getProperty("java.home"), "lib", "modules");
    String fingerprint =
        Files.isRegularFile(image)
            ? Files.size(image) + "@" + Files.getLastModifiedTime(image).toMillis()
            : "no image";
    return new RunningJdk(
        System.getProperty("java.vendor"), System.getProperty("java.runtime.version"), fingerprint);
  }

  /** The key under which the report on a module is kept. */
  public String reportKey(String module) {
    return key("module", module);
  }

  /** The key under which the time of the first run over these modules is kept. */
  public String firstRunKey(List<String> modules) {
    return key("first-run", String.join(",", modules));
  }

  @Override
  public String toString() {
    return "Java " + version + " by " + vendor;
  }

  private String key(String kind, String what) {
    return String.join("/", "jdk-atlas", vendor, version, fingerprint, kind, what);
  }
}
