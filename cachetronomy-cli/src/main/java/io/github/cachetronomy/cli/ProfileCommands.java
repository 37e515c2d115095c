package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Option;
import io.github.cachetronomy.cli.line.Syntax;
import io.github.cachetronomy.cli.print.Rows;
import io.github.cachetronomy.core.Profile;
import io.github.cachetronomy.core.ProfileNotFoundException;
import io.github.cachetronomy.interop.Profiles;

/** The profiles of the file. */
final class ProfileCommands {
  private static final Option NAME =
      Option.value("TEXT", "its name; the one in force unless given", "--name", "-n");

  private ProfileCommands() {}

  static Command list() {
    return new Command(
        Syntax.of("list-profiles", "lists the profiles"),
        call ->
            call.reading(
                cache -> {
                  var rows = cache.profiles().list().stream().map(Rows::of);
                  call.printer().objects(Rows.PROFILE, rows.iterator());
                  return ExitCode.DONE;
                }));
  }

  static Command get() {
    return new Command(
        Syntax.of("get-profile", "tells the settings of a profile").options(NAME),
        call ->
            call.reading(
                cache -> {
                  String name = call.given().value(NAME);
                  Profiles profiles = cache.profiles();
                  Profile found =
                      name == null
                          ? profiles.active()
                          : profiles
                              .find(name)
                              .orElseThrow(() -> new ProfileNotFoundException(name));
                  call.printer().object(Rows.of(found));
                  return ExitCode.DONE;
                }));
  }

  static Command set() {
    return new Command(
        Syntax.of("set-profile", "puts a profile into force for whoever opens the file")
            .arguments("PROFILE"),
        call ->
            call.changing(
                cache -> {
                  Profile active = cache.profiles().activate(call.given().argument(0));
                  call.printer().object(Rows.of(active));
                  return ExitCode.DONE;
                }));
  }

  static Command delete() {
    return new Command(
        Syntax.of("delete-profile", "removes a profile; its entries stay").arguments("NAME"),
        call ->
            call.changing(
                cache -> {
                  String name = call.given().argument(0);
                  if (!cache.profiles().delete(name)) {
                    throw new ProfileNotFoundException(name);
                  }
                  call.printer().count("removed", 1);
                  return ExitCode.DONE;
                }));
  }
}
