package io.github.cachetronomy.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Removes an entry. */
@Command(name = "delete", description = "removes an entry; exit code 1 where there is none")
final class DeleteCommand implements Callable<Integer> {
  @ParentCommand Cachetronomy root = new Cachetronomy();

  @Parameters(paramLabel = "KEY")
  String key = "";

  @Override
  public Integer call() {
    return root.writing(cache -> cache.delete(key) ? ExitCode.DONE : ExitCode.MISS);
  }
}
