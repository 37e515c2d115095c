package io.github.cachetronomy.it.abi;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Types that a public API must not show: they would make somebody else's release part of ours. */
final class Leaks {
  /**
   * What must not stand in the dumps of some modules.
   *
   * @param synthetic whether it must not stand there either in members that Java cannot call
   */
  private record Rule(
      String reason, Pattern forbidden, boolean synthetic, Set<PublishedModule> modules) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule(
              "a library behind the scenes",
              Pattern.compile(
                  "org/jetbrains/exposed|java/sql|javax/sql|org/sqlite|oshi/|com/github/benmanes"
                      + "|com/charleskorn"),
              true,
              EnumSet.allOf(PublishedModule.class)),
          new Rule(
              "coroutines",
              Pattern.compile("kotlinx/coroutines|kotlin/coroutines"),
              true,
              EnumSet.complementOf(EnumSet.of(PublishedModule.COROUTINES, PublishedModule.KTOR))),
          // An inline class leaves no type behind, only a hash in the name of the member.
          new Rule(
              "a Kotlin type that Java cannot use well",
              Pattern.compile(
                  "kotlin/jvm/functions|kotlin/time/|fun [\\w$]+-[\\w-]{7}(\\$default)? "),
              false,
              EnumSet.of(PublishedModule.CORE, PublishedModule.JAVA_INTEROP)),
          new Rule(
              "a Kotlin type in the API for Java",
              Pattern.compile("kotlinx?/"),
              true,
              EnumSet.of(PublishedModule.JAVA_INTEROP)));

  private Leaks() {}

  /** Where {@code dump} shows what {@code module} must not show; empty where all is well. */
  static List<String> in(PublishedModule module, String dump) {
    List<String> found = new ArrayList<>();
    String type = "";
    for (String line : dump.split("\n")) {
      if (!line.startsWith("\t") && !line.equals("}")) {
        type = line;
      }
      for (Rule rule : RULES) {
        Matcher matcher = rule.forbidden.matcher(line);
        boolean concerned = rule.modules.contains(module);
        if (concerned && matcher.find() && (rule.synthetic || !line.contains(" synthetic "))) {
          found.add(rule.reason + " (" + matcher.group().strip() + "): " + type + line);
        }
      }
    }
    return found;
  }
}
