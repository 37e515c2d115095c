package io.github.cachetronomy.cli.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The page that the script opens, asked for as a browser does. */
@NeedsLauncher
@DisabledOnOs(OS.WINDOWS)
class DashboardTest {
  @TempDir Path folder;
  Launcher launcher = new Launcher(Path.of(""));
  Process process;

  @BeforeEach
  void launcher() throws Exception {
    launcher = new Launcher(folder);
    assertEquals(0, launcher.run("set", "user:7", "Ada", "-db", "cache.db").code());
  }

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  /**
   * Starts the page and gives its address, which is printed first, when it was told what to do with
   * it.
   */
  private URI open(String options) throws IOException {
    process = launcher.start("exec $C dashboard -db cache.db " + options);
    URI address = URI.create(process.inputReader().readLine());
    assertTrue(process.inputReader().readLine().contains("Ctrl-C"));
    return address;
  }

  private static HttpClient browser() {
    return HttpClient.newBuilder()
        .cookieHandler(new CookieManager())
        .followRedirects(Redirect.NORMAL)
        .build();
  }

  private static HttpResponse<String> get(HttpClient browser, URI address) throws Exception {
    return browser.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
  }

  @Test
  void oneBrowserSeesTheFileUntilControlC() throws Exception {
    URI address = open("");
    assertTrue(InetAddress.getByName(address.getHost()).isLoopbackAddress());
    HttpClient first = browser();
    assertEquals(200, get(first, address).statusCode());
    URI search = address.resolve("/cachetronomy/search?q=user:");
    assertTrue(get(first, search).body().contains("user:7"));
    assertEquals(403, get(browser(), address).statusCode());
    assertEquals(403, get(browser(), search).statusCode());

    launcher.shell("kill -INT " + process.pid());
    assertEquals(130, process.waitFor());
    assertFalse(Files.exists(folder.resolve("cache.db-wal")), "the file was not closed");
    try {
      get(first, search);
      throw new AssertionError("it still answers");
    } catch (ConnectException ended) {
      assertEquals("Ada\n", launcher.run("get", "user:7", "-db", "cache.db").out());
    }
  }

  @Test
  void thePortIsTheOneThatWasAskedForOrSaidToBeTaken() throws Exception {
    int port;
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = other.getLocalPort();
      Launcher.Result taken = launcher.run("dashboard", "--port", "" + port, "-db", "cache.db");
      assertEquals(2, taken.code());
      assertTrue(taken.err().contains("" + port), taken.err());
    }
    assertEquals(port, open("--port " + port).getPort());
  }

  @Test
  void whatCannotBeShownIsSaid() throws Exception {
    assertEquals(2, launcher.run("dashboard", "--port", "65536", "-db", "cache.db").code());
    assertEquals(2, launcher.run("dashboard", "--port", "x", "-db", "cache.db").code());
    Launcher.Result none = launcher.run("dashboard", "-db", "none.db");
    assertEquals(3, none.code());
    assertTrue(none.err().contains("none.db"), none.err());
    assertFalse(Files.exists(folder.resolve("none.db")));
    Files.writeString(
        folder.resolve("text.db"), "not a database at all, whatever its name".repeat(50));
    assertEquals(3, launcher.run("dashboard", "-db", "text.db").code());
    try (Stream<Path> files = Files.list(folder)) {
      assertFalse(files.anyMatch(file -> file.toString().contains("damaged")), "it was set aside");
    }
  }
}
