package io.github.cachetronomy.examples.atlas;

import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Reads the modules of the running JDK, class file by class file, through {@code jrt:/}. */
public final class JdkModules {
  private static final Path MODULES =
      FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules");

  private JdkModules() {}

  /** The names of all modules, sorted. */
  public static List<String> names() throws IOException {
    try (var modules = Files.list(MODULES)) {
      return modules.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  /** Reads every class file of a module; this is the slow work that the cache saves. */
  public static ModuleReport read(String module) throws IOException {
    List<Path> files = classFiles(module);
    MessageDigest digest = sha256();
    PublicApi api = new PublicApi(exportedPackages(module));
    long bytes = 0;
    for (Path file : files) {
      byte[] classFile = Files.readAllBytes(file);
      bytes += classFile.length;
      digest.update(classFile);
      api.add(classFile);
    }
    String sha256 = HexFormat.of().formatHex(digest.digest());
    return new ModuleReport(module, files.size(), bytes, sha256, api.types(), api.methods());
  }

  private static List<Path> classFiles(String module) throws IOException {
    try (var files = Files.walk(MODULES.resolve(module))) {
      return files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
    }
  }

  private static Set<String> exportedPackages(String module) {
    var descriptor = ModuleFinder.ofSystem().find(module).orElseThrow().descriptor();
    return descriptor.exports().stream()
        .filter(export -> !export.isQualified())
        .map(Exports::source)
        .collect(toSet());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
