package io.github.cachetronomy.cli.line;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Scripts that let a shell complete commands and options. */
public final class Completion {
  private final String program;
  private final Collection<Syntax> commands;
  private final Collection<Option> everywhere;

  /** For a program with these commands, and options that every command has. */
  public Completion(String program, Collection<Syntax> commands, Collection<Option> everywhere) {
    this.program = program;
    this.commands = commands;
    this.everywhere = everywhere;
  }

  /** For zsh, which runs what is written for bash. */
  public String zsh() {
    return "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n"
        + bash();
  }

  /** For bash. */
  public String bash() {
    return """
    _@program() {
      local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= i
      for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
          @withValues) ((i++)) ;;
          -*) ;;
          *) command=${COMP_WORDS[i]}; break ;;
        esac
      done
      COMPREPLY=()
      # Bash makes words of their own of equals signs.
      [[ $word == '=' ]] && word=
      [[ $before == '=' ]] && before=${COMP_WORDS[COMP_CWORD-2]}
      case $before in
    @choices    @files) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$word")); return ;;
      esac
      case $command in
        '') COMPREPLY=($(compgen -W '@commands @options' -- "$word")) ;;
    @each  esac
    }
    complete -F _@program @program
    """
        .replace("@program", program)
        .replace("@withValues", String.join("|", namesOf(withValues())))
        .replace("@choices", choices())
        .replace("@files", String.join("|", namesOf(files())))
        .replace("@commands", joined(commands.stream().map(Syntax::name).toList()))
        .replace("@options", joined(namesOf(everywhere)))
        .replace("@each", each());
  }

  private List<Option> withValues() {
    return everywhere.stream().filter(Option::takesValue).toList();
  }

  private List<Option> files() {
    return everywhere.stream().filter(option -> "PATH".equals(option.label())).toList();
  }

  private String choices() {
    return everywhere.stream()
        .filter(option -> option.takesValue() && !option.choices().isEmpty())
        .map(option -> "    " + String.join("|", option.names()) + ") " + reply(option.choices()))
        .collect(Collectors.joining());
  }

  private String each() {
    StringBuilder each = new StringBuilder();
    for (Syntax command : commands) {
      List<String> words = new ArrayList<>(namesOf(command.options()));
      words.addAll(namesOf(everywhere));
      command.arguments().stream()
          .filter(Completion::isListed)
          .forEach(listed -> words.addAll(List.of(listed.split("\\|"))));
      each.append("    ").append(command.name()).append(") ");
      each.append("COMPREPLY=($(compgen -W '")
          .append(joined(words))
          .append("' -- \"$word\")) ;;\n");
    }
    return each.toString();
  }

  /** Whether an argument names the words that it can be. */
  private static boolean isListed(String argument) {
    return argument.contains("|");
  }

  private static String reply(Collection<String> words) {
    return "COMPREPLY=($(compgen -W '" + joined(words) + "' -- \"$word\")); return ;;\n";
  }

  private static List<String> namesOf(Collection<Option> options) {
    return options.stream().flatMap(option -> option.names().stream()).toList();
  }

  private static String joined(Collection<String> words) {
    return String.join(" ", words);
  }
}
