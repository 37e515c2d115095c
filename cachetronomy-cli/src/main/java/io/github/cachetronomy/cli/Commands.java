package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Completion;
import io.github.cachetronomy.cli.line.Help;
import io.github.cachetronomy.cli.line.Syntax;
import io.github.cachetronomy.cli.line.UsageException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The commands by name. Each is made when it is asked for: a start needs one of them. */
final class Commands {
  static final String PROGRAM = "cachetronomy";
  private static final Map<String, Supplier<Command>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("get", EntryCommands::get);
    ALL.put("set", EntryCommands::set);
    ALL.put("delete", EntryCommands::delete);
    ALL.put("get-many", ManyCommands::get);
    ALL.put("set-many", ManyCommands::set);
    ALL.put("delete-many", ManyCommands::delete);
    ALL.put("key-metadata", EntryCommands::metadata);
    ALL.put("items", ListCommands::items);
    ALL.put("keys", ListCommands::keys);
    ALL.put("all-keys", ListCommands::allKeys);
    ALL.put("store-keys", ListCommands::storeKeys);
    ALL.put("store-metadata", ListCommands::storeMetadata);
    ALL.put("clear-all", ClearCommands::all);
    ALL.put("clear-expired", ClearCommands::expired);
    ALL.put("clear-by-tags", ClearCommands::byTags);
    ALL.put("clear-by-profile", ClearCommands::byProfile);
    ALL.put("access-logs", LogCommands::access);
    ALL.put("key-access-logs", LogCommands::keyAccess);
    ALL.put("store-stats", LogCommands::storeStats);
    ALL.put("hot-keys", LogCommands::hotKeys);
    ALL.put("delete-access-logs", LogCommands::deleteAccess);
    ALL.put("clear-access-logs", LogCommands::clearAccess);
    ALL.put("eviction-logs", LogCommands::evictions);
    ALL.put("clear-eviction-logs", LogCommands::clearEvictions);
    ALL.put("list-profiles", ProfileCommands::list);
    ALL.put("get-profile", ProfileCommands::get);
    ALL.put("set-profile", ProfileCommands::set);
    ALL.put("update-active-profile", UpdateProfile::command);
    ALL.put("delete-profile", ProfileCommands::delete);
    ALL.put("stats", StateCommands::stats);
    ALL.put("health", StateCommands::health);
    ALL.put("check", FileCommands::check);
    ALL.put("vacuum", FileCommands::vacuum);
    ALL.put("backup", FileCommands::backup);
    ALL.put("export", FileCommands::exporting);
    ALL.put("import", FileCommands::importing);
    ALL.put("top", Top::command);
    ALL.put("dashboard", DashboardCommand::command);
    ALL.put("completion", Commands::completion);
    ALL.put("main", Commands::main);
  }

  private Commands() {}

  static Set<String> names() {
    return ALL.keySet();
  }

  /** The command of that name, or null. */
  static @Nullable Command find(String name) {
    Supplier<Command> made = ALL.get(name);
    return made == null ? null : made.get();
  }

  /** What is printed for whoever says nothing, or asks for help. */
  static String help() {
    return Help.all(
        """
        cachetronomy looks into a cache file, and changes it.

        Usage: cachetronomy [OPTIONS] COMMAND [OPTIONS] [ARGUMENTS]

        Behind the command, options and arguments come in any order; what stands behind -- is an
        argument. The exit code is 0 when it is done, 1 when there is no such thing, 2 when the command
        line is wrong, 3 when the file cannot be used. 'cachetronomy COMMAND --help' tells more.""",
        syntaxes(),
        Options.EVERYWHERE);
  }

  private static Collection<Syntax> syntaxes() {
    return ALL.values().stream().map(command -> command.get().syntax()).toList();
  }

  private static Command main() {
    return new Command(
        Syntax.of("main", "prints this help"),
        call -> {
          call.out().print(help());
          return ExitCode.DONE;
        });
  }

  private static Command completion() {
    return new Command(
        Syntax.of(
                "completion",
                "prints a script that completes commands and options; in bash or zsh:"
                    + " source <(cachetronomy completion bash)")
            .arguments("bash|zsh"),
        call -> {
          Completion completion = new Completion(PROGRAM, syntaxes(), Options.EVERYWHERE);
          String shell = call.given().argument(0);
          if (!List.of("bash", "zsh").contains(shell)) {
            throw new UsageException("there is a script for bash and for zsh, not '" + shell + "'");
          }
          call.out().print(shell.equals("bash") ? completion.bash() : completion.zsh());
          return ExitCode.DONE;
        });
  }
}
