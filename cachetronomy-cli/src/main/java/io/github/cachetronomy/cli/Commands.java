package io.github.cachetronomy.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;

/** The commands by name. */
final class Commands {
  private static final Map<String, Supplier<Object>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("get", GetCommand::new);
    ALL.put("set", SetCommand::new);
    ALL.put("delete", DeleteCommand::new);
    ALL.put("keys", KeysCommand::new);
  }

  private Commands() {}

  /**
   * The command line for {@code args}. Where these name a command only that one is set up: looking
   * at the options of all would take longer than most of them run.
   */
  static CommandLine line(Cachetronomy root, String... args) {
    CommandLine line = new CommandLine(root);
    for (String arg : args) {
      Supplier<Object> named = ALL.get(arg);
      if (named != null) {
        return line.addSubcommand(arg, named.get());
      }
    }
    ALL.forEach((name, command) -> line.addSubcommand(name, command.get()));
    return line;
  }
}
