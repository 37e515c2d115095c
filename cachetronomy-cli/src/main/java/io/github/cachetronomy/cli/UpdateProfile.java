package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Given;
import io.github.cachetronomy.cli.line.Option;
import io.github.cachetronomy.cli.line.Syntax;
import io.github.cachetronomy.cli.line.UsageException;
import io.github.cachetronomy.cli.print.Rows;
import io.github.cachetronomy.core.FreeMemoryTarget;
import io.github.cachetronomy.core.Profile;
import io.github.cachetronomy.interop.BlockingCachetronaut;
import io.github.cachetronomy.interop.Profiles;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Changes some settings of a profile and leaves the others as they are. */
final class UpdateProfile {
  private static final double MEGABYTE = 1_048_576;

  private static final Option NAME =
      Option.value(
          "TEXT",
          "another profile, which is put into force, and made where there is none",
          "--name",
          "-n");
  private static final Option TIME_TO_LIVE =
      Option.value("SECONDS", "how long entries live", "--time-to-live", "-ttl");
  private static final Option CLEANUP =
      Option.value(
          "SECONDS",
          "how often expired entries are removed; 0 = never",
          "--ttl-cleanup-interval",
          "-tci");
  private static final Option EVICTION =
      Option.flag("entries leave memory when it runs short", "--memory-based-eviction");
  private static final Option NO_EVICTION =
      Option.flag("they do not", "--no-memory-based-eviction");
  private static final Option FREE_MEMORY =
      Option.value(
          "NUMBER",
          "what is to stay free: a fraction up to 1, megabytes above",
          "--free-memory-target",
          "-fmt");
  private static final Option MEMORY_CLEANUP =
      Option.value(
          "SECONDS",
          "how often free memory is measured; 0 = never",
          "--memory-cleanup-interval",
          "-mci");
  private static final Option MAX_ITEMS =
      Option.value("NUMBER", "how many entries memory holds", "--max-items-in-memory", "-miim");

  private UpdateProfile() {}

  static Command command() {
    return new Command(
        Syntax.of(
                "update-active-profile",
                "changes those settings of the profile in force that are given")
            .options(
                NAME,
                TIME_TO_LIVE,
                CLEANUP,
                EVICTION,
                NO_EVICTION,
                FREE_MEMORY,
                MEMORY_CLEANUP,
                MAX_ITEMS,
                Options.TAGS),
        call -> {
          Given given = call.given();
          String name = given.value(NAME);
          Consumer<Profile.Builder> change = builder -> change(builder, given);
          // What no profile can have is refused before there is a file.
          change.accept(new Profile.Builder(name == null ? Profile.DEFAULT : name));
          return call.writing(
              cache -> {
                call.printer().object(Rows.of(updated(cache, name, change)));
                return ExitCode.DONE;
              });
        });
  }

  private static Profile updated(
      BlockingCachetronaut cache, @Nullable String name, Consumer<Profile.Builder> change) {
    Profiles profiles = cache.profiles();
    if (name == null) {
      return profiles.update(profiles.active().getName(), change);
    }
    if (profiles.find(name).isPresent()) {
      profiles.update(name, change);
    } else {
      Profile.Builder made = new Profile.Builder(name);
      change.accept(made);
      profiles.create(made.build());
    }
    return profiles.activate(name);
  }

  private static void change(Profile.Builder builder, Given given) {
    seconds(given, TIME_TO_LIVE, builder::timeToLive);
    seconds(given, CLEANUP, builder::cleanupInterval);
    seconds(given, MEMORY_CLEANUP, builder::memoryCleanupInterval);
    if (given.value(EVICTION) != null) {
      builder.memoryBasedEviction(given.has(EVICTION));
    }
    if (given.value(NO_EVICTION) != null) {
      builder.memoryBasedEviction(!given.has(NO_EVICTION));
    }
    String free = given.value(FREE_MEMORY);
    if (free != null) {
      builder.freeMemoryTarget(target(free));
    }
    Long items = given.number(MAX_ITEMS);
    if (items != null) {
      builder.maxItemsInMemory(Math.toIntExact(items));
    }
    List<String> tags = given.values(Options.TAGS);
    if (!tags.isEmpty()) {
      builder.tags(Values.tags(tags));
    }
  }

  private static void seconds(Given given, Option option, Consumer<Duration> setter) {
    Long seconds = given.number(option);
    if (seconds != null) {
      setter.accept(Duration.ofSeconds(seconds));
    }
  }

  private static FreeMemoryTarget target(String typed) {
    double number;
    try {
      number = Double.parseDouble(typed);
    } catch (NumberFormatException none) {
      throw new UsageException(FREE_MEMORY.name() + " wants a number, not '" + typed + "'");
    }
    return number > 1
        ? new FreeMemoryTarget.Bytes((long) (number * MEGABYTE))
        : new FreeMemoryTarget.Fraction(number);
  }
}
