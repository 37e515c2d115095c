package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Option;
import io.github.cachetronomy.cli.line.Syntax;
import io.github.cachetronomy.cli.line.UsageException;
import io.github.cachetronomy.ktor.LocalDashboard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.concurrent.CountDownLatch;

/** The file on a page, for a browser on this machine. */
final class DashboardCommand {
  private static final Option PORT =
      Option.value("PORT", "where on this machine the page is; else a free port", "--port");
  private static final int LAST_PORT = 65_535;

  private DashboardCommand() {}

  static Command command() {
    return new Command(
        Syntax.of("dashboard", "shows the file in a browser on this machine; Ctrl-C ends it")
            .options(PORT),
        DashboardCommand::run);
  }

  private static int run(Call call) {
    int port = port(call);
    try (LocalDashboard dashboard = LocalDashboard.open(call.file(), port)) {
      call.out().println(dashboard.getUrl());
      call.out().flush();
      call.note("this address lets one browser in; Ctrl-C ends it");
      call.err().flush();
      new CountDownLatch(1).await();
      return ExitCode.DONE;
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      return ExitCode.DONE;
    } catch (BindException taken) {
      throw new UsageException(taken.getMessage());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure.getMessage(), failure);
    }
  }

  private static int port(Call call) {
    Long port = call.given().number(PORT);
    if (port == null) {
      return 0;
    }
    if (port < 1 || port > LAST_PORT) {
      throw new UsageException(PORT.name() + " is 1 to " + LAST_PORT);
    }
    return port.intValue();
  }
}
