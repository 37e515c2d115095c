package io.github.cachetronomy.cli.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script on a terminal, which the program {@code script} of util-linux plays. */
@NeedsLauncher
@EnabledOnOs(OS.LINUX)
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TerminalTest {
  private static final String ENTER = "\u001b[?1049h";
  private static final String LEAVE = "\u001b[?25h\u001b[?1049l";

  @TempDir Path folder;
  Launcher launcher = new Launcher(Path.of(""));

  @BeforeEach
  void launcher() throws Exception {
    launcher = new Launcher(folder);
    launcher.environment.put("CACHE_DB_PATH", "cache.db");
    launcher.environment.put("TERM", "xterm");
    launcher.environment.put("NO_COLOR", "");
    assumeTrue(
        launcher.shell("command -v script && script --version | grep -q util-linux").code() == 0,
        "there is no 'script' of util-linux");
    assertEquals(0, launcher.run("set", "key", "x".repeat(300)).code());
  }

  /**
   * A line of shell on a terminal of 60 columns, the exit code of which is printed at the end.
   * Whoever runs the tests may have Control-C ignored, as everything in the background of a script
   * does.
   */
  private static String onTerminal(String line) {
    return "env --default-signal=INT script -qec 'stty cols 60 rows 20; "
        + line
        + "; echo \"[$?]\"' /dev/null";
  }

  @Test
  void answersAreTablesWithColoursNoWiderThanIt() throws Exception {
    String out = launcher.shell(onTerminal("$C items")).out();
    assertTrue(out.contains("\u001b[1mkey"), out);
    assertTrue(out.contains("…"), out);
    for (String line : out.lines().toList()) {
      String bare = line.replaceAll("\u001b\\[[0-9]*m", "").replace("\r", "");
      assertTrue(bare.length() <= 60, line);
    }
    assertTrue(out.contains("[0]"), out);
  }

  @Test
  void withoutColoursForWhoeverDoesNotWantThem() throws Exception {
    launcher.environment.put("NO_COLOR", "1");
    assertFalse(launcher.shell(onTerminal("$C items")).out().contains("\u001b"));
  }

  @Test
  void whatIsPipedIsPlainAlsoFromATerminal() throws Exception {
    String out = launcher.shell(onTerminal("$C keys | cat")).out();
    assertEquals("key\r\n[0]\r\n", out);
  }

  @Test
  void topIsDrawnAndEndsWithQ() throws Exception {
    Process process = launcher.start(onTerminal("$C top --interval 1; stty -a | grep -o .echo"));
    String shown = readUntil(process.getInputStream(), "READS");
    assertTrue(shown.contains(ENTER), shown);
    assertTrue(shown.contains("1 entries, profile default"), shown);
    process.getOutputStream().write('q');
    process.getOutputStream().flush();
    String rest = readUntil(process.getInputStream(), "]");
    assertTrue(rest.contains(LEAVE), rest);
    assertTrue(rest.contains(" echo"), rest);
    assertEquals(0, process.waitFor());
  }

  @Test
  void topEndsWithControlCAndPutsTheTerminalRight() throws Exception {
    Process process =
        launcher.start(onTerminal("trap : INT; $C top --interval 5; echo \"code $?\"; stty -a"));
    readUntil(process.getInputStream(), "READS");
    process.getOutputStream().write(3);
    process.getOutputStream().flush();
    String rest = readUntil(process.getInputStream(), "[0]");
    assertTrue(rest.contains(LEAVE), rest);
    assertTrue(rest.contains("code 130"), rest);
    assertTrue(rest.contains(" echo ") && rest.contains(" icanon "), rest);
    process.waitFor();
  }

  private static String readUntil(InputStream in, String end) throws IOException {
    StringBuilder read = new StringBuilder();
    byte[] some = new byte[4096];
    while (read.indexOf(end) < 0) {
      int length = in.read(some);
      if (length < 0) {
        throw new AssertionError("ended with " + read);
      }
      read.append(new String(some, 0, length, StandardCharsets.UTF_8));
    }
    return read.toString();
  }
}
