import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes what lets the command start fast: SQLite's native library, unpacked once; a script that
 * starts the jar; and an archive of the classes that a start loads, for the Java that runs this.
 *
 * <p>Argument: the folder with {@code cachetronomy.jar} and {@code lib}.
 */
public final class MakeLauncher {
  private MakeLauncher() {}

  /** Makes them. */
  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]).toRealPath();
    unpackNative(home);
    Path script = home.resolve("cachetronomy");
    Files.copy(
        Path.of(System.getProperty("user.dir"), "src/build/cachetronomy.sh"),
        script,
        StandardCopyOption.REPLACE_EXISTING);
    if (!script.toFile().setExecutable(true, false)) {
      throw new IOException("cannot be made executable: " + script);
    }
    archive(home);
  }

  /** SQLite's library for this machine, where the jar has it. */
  private static void unpackNative(Path home) throws IOException {
    Path jar = only(home.resolve("lib"), "sqlite-jdbc-");
    try (FileSystem files = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of())) {
      Path library = files.getPath("org/sqlite/native/" + platform());
      if (!Files.isDirectory(library)) {
        return;
      }
      Path target = Files.createDirectories(home.resolve("native"));
      try (Stream<Path> all = Files.list(library)) {
        for (Path file : all.toList()) {
          try (InputStream in = Files.newInputStream(file)) {
            Files.copy(in, target.resolve(file.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
          }
        }
      }
    }
  }

  private static String platform() {
    String system = System.getProperty("os.name");
    String cpu = System.getProperty("os.arch");
    String os = system.startsWith("Mac") ? "Mac" : system.startsWith("Windows") ? "Windows" : "Linux";
    return os + "/" + (cpu.equals("amd64") ? "x86_64" : cpu);
  }

  /** Runs what most starts run, and has Java put the classes that it took into an archive. */
  private static void archive(Path home) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("cachetronomy-archive");
    try {
      String file = folder.resolve("cache.db").toString();
      List<List<String>> starts =
          List.of(
              List.of("set", "key", "value", "--db-path", file, "--tags", "a", "--time-to-live", "60"),
              List.of("get", "key", "--db-path", file),
              List.of("get", "key", "--db-path", file, "--output", "json"),
              List.of("items", "--db-path", file, "--output", "table"),
              List.of("keys", "--db-path", file, "--prefix", "k"),
              List.of("stats", "--db-path", file),
              List.of("delete", "key", "--db-path", file),
              List.of("--help"));
      Set<String> classes = new LinkedHashSet<>();
      for (List<String> start : starts) {
        Path loaded = folder.resolve("classes");
        run(home, List.of("-Xshare:off", "-XX:DumpLoadedClassList=" + loaded), start);
        // Each list counts its classes; only lines with a source need the numbers, and those are not ours.
        try (Stream<String> lines = Files.lines(loaded)) {
          lines.filter(line -> !line.contains(" source: ")).map(line -> line.replaceFirst(" id: .*", "")).forEach(classes::add);
        }
      }
      Path list = Files.write(folder.resolve("all"), classes);
      Path archive = home.resolve("cachetronomy.jsa");
      // Java does not write over the archive it is about to read.
      Files.deleteIfExists(archive);
      run(
          home,
          List.of("-Xshare:dump", "-XX:SharedClassListFile=" + list, "-XX:SharedArchiveFile=" + archive),
          List.of());
    } finally {
      try (Stream<Path> all = Files.list(folder)) {
        for (Path each : all.toList()) {
          Files.delete(each);
        }
      }
      Files.delete(folder);
    }
  }

  private static void run(Path home, List<String> options, List<String> args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    // As in the script: an archive serves only a Java that is started alike.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xlog:disable"));
    command.add("-Dorg.sqlite.lib.path=" + home.resolve("native"));
    command.add("-Dorg.sqlite.tmpdir=" + home.resolve("native"));
    command.add("-Djava.locale.providers=SPI");
    command.add("-Dslf4j.provider=org.slf4j.nop.NOPServiceProvider");
    command.add("-Dslf4j.internal.verbosity=WARN");
    command.addAll(List.of("-jar", home.resolve("cachetronomy.jar").toString()));
    command.addAll(args);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
  }

  private static Path only(Path folder, String prefix) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.getFileName().toString().startsWith(prefix)).findFirst().orElseThrow();
    }
  }
}
