package io.github.cachetronomy.examples.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of the README do what it says, each run in a process of its own. */
@Tag("fast")
class ProgramsTest {
  @TempDir Path folder;

  @Test
  void theKotlinProgramLoadsOnce() throws Exception {
    assertEquals(List.of("loading", "User(id=7, name=Ada)"), run("ReadmeKotlinKt"));
    assertEquals(List.of("User(id=7, name=Ada)"), run("ReadmeKotlinKt"));
  }

  @Test
  void theJavaProgramLoadsOnce() throws Exception {
    assertEquals(List.of("loading", "User[id=7, name=Ada]"), run("ReadmeJava"));
    assertEquals(List.of("User[id=7, name=Ada]"), run("ReadmeJava"));
  }

  @Test
  void eachReadsWhatTheOtherWrote() throws Exception {
    run("ReadmeKotlinKt");
    assertEquals(List.of("User[id=7, name=Ada]"), run("ReadmeJava"));
    Files.delete(folder.resolve("app.db"));
    run("ReadmeJava");
    assertEquals(List.of("User(id=7, name=Ada)"), run("ReadmeKotlinKt"));
  }

  @Test
  void theSnippetsWork() throws Exception {
    assertEquals(
        List.of("nothing: ABSENT", "hello, visit 1, 2 users, 1 removed"), run("MoreKotlinKt"));
    assertEquals(
        List.of(
            "Optional[hello], visit 2, 1 removed", "[User[id=7, name=Ada]], User[id=8, name=Ada]"),
        run("MoreJava"));
  }

  @Test
  void theAnnotatedInterfaceIsAskedForWhatIsNotKept() throws Exception {
    String ada = "User[id=7, name=Ada]";
    assertEquals(
        List.of("loading", ada, "saving", "User[id=7, name=Eve]", "deleting", "loading", ada),
        run("AnnotatedJava"));
  }

  @Test
  void theFunctionsWork() throws Exception {
    assertEquals(
        List.of(
            "loading",
            "User(id=7, name=Ada)",
            "GroupStats(hits=0, misses=1, size=1, maxEntries=null, hitRatio=0.0)"),
        run("FunctionsKotlinKt"));
    assertEquals(
        List.of(
            "User(id=7, name=Ada)",
            "GroupStats(hits=1, misses=0, size=1, maxEntries=null, hitRatio=1.0)"),
        run("FunctionsKotlinKt"));
    assertEquals(
        List.of(
            "User[id=7, name=Ada]",
            "GroupStats(hits=1, misses=0, size=1, maxEntries=null, hitRatio=1.0)"),
        run("FunctionsJava"));
  }

  private List<String> run(String program) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String type = getClass().getPackageName() + "." + program;
    String file = folder.resolve("app.db").toString();
    Path errors = folder.resolve("errors.txt");
    Process process =
        new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), type, file)
            .redirectError(errors.toFile())
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), Files.readString(errors));
    return output.lines().toList();
  }
}
