import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Makes what lets the command start fast: SQLite's native library, unpacked once; a script that
 * starts the jar; and an archive of the classes that a start loads, for the Java that runs this.
 *
 * <p>Argument: the folder with {@code cachetronomy.jar} and {@code lib}.
 */
public final class MakeLauncher {
  /** From here on Java makes an archive in one step, with what it knows of the classes beside them. */
  private static final int ONE_STEP = 25;

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

  /** Has Java watch what most starts do, and put the classes that it takes into an archive. */
  private static void archive(Path home) throws IOException, InterruptedException {
    // Java does not write over the archive it is about to read.
    Path shared = home.resolve("cachetronomy.jsa");
    Path ahead = home.resolve("cachetronomy.aot");
    Files.deleteIfExists(shared);
    Files.deleteIfExists(ahead);
    Path folder = Files.createTempDirectory("cachetronomy-archive");
    try {
      if (Runtime.version().feature() >= ONE_STEP) {
        rehearse(home, folder, List.of("-XX:AOTCacheOutput=" + ahead));
      } else {
        Path classes = folder.resolve("classes");
        rehearse(home, folder, List.of("-Xshare:off", "-XX:DumpLoadedClassList=" + classes));
        java(
            home,
            List.of("-Xshare:dump", "-XX:SharedClassListFile=" + classes, "-XX:SharedArchiveFile=" + shared),
            List.of("-jar", home.resolve("cachetronomy.jar").toString()));
      }
    } finally {
      try (Stream<Path> all = Files.list(folder)) {
        for (Path each : all.toList()) {
          Files.delete(each);
        }
      }
      Files.delete(folder);
    }
  }

  private static void rehearse(Path home, Path folder, List<String> options)
      throws IOException, InterruptedException {
    String jar = home.resolve("cachetronomy.jar").toString();
    java(home, options, List.of("-cp", jar, "io.github.cachetronomy.cli.Rehearsal", folder.toString()));
  }

  private static void java(Path home, List<String> options, List<String> program)
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
    command.addAll(program);
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
