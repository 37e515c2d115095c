package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Option;
import io.github.cachetronomy.cli.print.Form;
import java.util.List;

/** The options that several commands have. */
final class Options {
  static final Option DB_PATH =
      Option.value(
          "PATH",
          "the cache file; else CACHE_DB_PATH from the environment or .env, else cachetronomy.db"
              + " in the project's folder",
          "--db-path",
          "-db");
  static final Option OUTPUT =
      Option.choice(
          "FORM",
          Form.names(),
          "table, json or plain; else a table on a terminal and plain elsewhere",
          "--output",
          "-o");
  static final Option DEBUG = Option.flag("tell where an error came from", "--debug");
  static final Option HELP = Option.flag("this help", "--help", "-h");
  static final Option PROGRAM_VERSION = Option.flag("the version of the program", "--version");

  /** Those that every command has. */
  static final List<Option> EVERYWHERE = List.of(DB_PATH, OUTPUT, DEBUG, HELP, PROGRAM_VERSION);

  static final Option NAMESPACE =
      Option.value("NAME", "keys are those of this namespace", "--namespace");
  static final Option PREFIX = Option.value("TEXT", "only keys that begin with this", "--prefix");
  static final Option TAG = Option.value("TAG", "only entries with this tag", "--tag");
  static final Option EXPIRED = Option.flag("expired entries too", "--expired");

  static final Option TIME_TO_LIVE =
      Option.value(
          "SECONDS", "how long it lives; the profile says unless given", "--time-to-live", "-ttl");
  static final Option VERSION =
      Option.value("NUMBER", "the version stamped on it, from 1", "--version", "-v");
  static final Option TAGS =
      Option.value(
          "TAG", "a tag, or a JSON list of tags; may be given several times", "--tags", "-t");
  static final Option PREFER =
      Option.value("FORMAT", "the format it is stored in", "--prefer", "-p");
  static final Option JSON = Option.flag("values are JSON, not texts", "--json");

  private Options() {}

  /** How many are listed. */
  static Option limit(String unsaid) {
    return Option.value("NUMBER", "so many at the most; 0 = all; else " + unsaid, "--limit", "-l");
  }
}
