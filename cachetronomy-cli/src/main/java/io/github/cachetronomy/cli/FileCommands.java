package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Option;
import io.github.cachetronomy.cli.line.Syntax;
import io.github.cachetronomy.cli.line.UsageException;
import io.github.cachetronomy.cli.print.Escapes;
import io.github.cachetronomy.cli.print.Progress;
import io.github.cachetronomy.cli.print.Rows;
import io.github.cachetronomy.core.CheckReport;
import io.github.cachetronomy.core.ExportReport;
import io.github.cachetronomy.core.ImportReport;
import io.github.cachetronomy.core.VacuumReport;
import io.github.cachetronomy.interop.Admin;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is done with the file as a whole. All of it may take long, and shows on a terminal how far
 * it is.
 */
final class FileCommands {
  private static final Option REPAIR =
      Option.flag("remove entries that nobody can read, and build broken indexes anew", "--repair");

  /** So many of the lines that could not be imported are named. */
  private static final int MOST_NAMED = 20;

  private FileCommands() {}

  static Command check() {
    return new Command(
        Syntax.of("check", "looks for damage; exit code 3 if some is left").options(REPAIR),
        call ->
            call.given().has(REPAIR)
                ? call.changing(c -> check(call, c.admin(), true))
                : call.reading(c -> check(call, c.admin(), false)));
  }

  private static int check(Call call, Admin admin, boolean repair) {
    CheckReport report;
    try (Progress bar = call.progress("check")) {
      report = admin.check(repair, bar::update);
    }
    Map<String, @Nullable Object> told = new LinkedHashMap<>();
    told.put("rows", report.getRows());
    told.put("flaws", report.getFlaws());
    told.put("repaired", report.getRepaired());
    told.put("findings", report.getFindings().stream().map(Rows::of).toList());
    call.printer().object(told);
    return report.isSound() ? ExitCode.DONE : ExitCode.DATABASE;
  }

  static Command vacuum() {
    return new Command(
        Syntax.of("vacuum", "makes the file as small as what it holds"),
        call ->
            call.changing(
                cache -> {
                  VacuumReport report;
                  try (Progress bar = call.progress("vacuum")) {
                    report = cache.admin().vacuum(bar::update);
                  }
                  Map<String, @Nullable Object> told = new LinkedHashMap<>();
                  told.put("bytes_before", report.getBytesBefore());
                  told.put("bytes_after", report.getBytesAfter());
                  call.printer().object(told);
                  return ExitCode.DONE;
                }));
  }

  static Command backup() {
    return new Command(
        Syntax.of("backup", "copies the file as it is at one moment to a new one")
            .arguments("FILE"),
        call -> {
          Path target = Path.of(call.given().argument(0));
          return call.reading(
              cache -> {
                try (Progress bar = call.progress("backup")) {
                  cache.admin().backup(target, bar::update);
                }
                call.printer().object(Map.of("file", target.toString()));
                return ExitCode.DONE;
              });
        });
  }

  static Command exporting() {
    return new Command(
        Syntax.of("export", "writes the entries as lines of JSON, to a new file or standard output")
            .arguments("[FILE]")
            .options(Options.EXPIRED),
        call -> {
          String file = call.given().arguments().stream().findFirst().orElse(Values.STANDARD_INPUT);
          return call.reading(
              cache ->
                  file.equals(Values.STANDARD_INPUT)
                      ? exportToOutput(call, cache.admin())
                      : exportToFile(call, cache.admin(), Path.of(file)));
        });
  }

  private static int exportToOutput(Call call, Admin admin) {
    try {
      ExportReport report = export(call, admin, call.out().stream());
      if (report.getDamaged() > 0) {
        call.note(report.getDamaged() + " entries are damaged, and left out");
      }
      return ExitCode.DONE;
    } catch (IOException ended) {
      // Told where all output is, unless whoever reads it has had enough.
      return ExitCode.DONE;
    }
  }

  private static int exportToFile(Call call, Admin admin, Path file) {
    ExportReport report;
    boolean done = false;
    try {
      createPrivately(file);
      try (OutputStream out = Files.newOutputStream(file)) {
        report = export(call, admin, out);
        done = true;
      } finally {
        if (!done) {
          Files.delete(file);
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("it cannot be written: " + failure, failure);
    }
    Map<String, @Nullable Object> told = new LinkedHashMap<>();
    told.put("file", file.toString());
    told.put("written", report.getWritten());
    told.put("damaged", report.getDamaged());
    call.printer().object(told);
    return ExitCode.DONE;
  }

  private static ExportReport export(Call call, Admin admin, OutputStream out) throws IOException {
    try (Progress bar = call.progress("export")) {
      return admin.exportTo(out, call.given().has(Options.EXPIRED), bar::update);
    }
  }

  /** What is exported may be nobody else's business. */
  private static void createPrivately(Path file) throws IOException {
    if (Files.exists(file)) {
      throw new UsageException("there is a file " + file + " already");
    }
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] mine =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Files.createFile(file, mine);
  }

  static Command importing() {
    return new Command(
        Syntax.of(
                "import",
                "writes the entries of an export, from a file or standard input; exit code 2 if a"
                    + " line is wrong")
            .arguments("[FILE]"),
        call -> {
          String file = call.given().arguments().stream().findFirst().orElse(Values.STANDARD_INPUT);
          if (file.equals(Values.STANDARD_INPUT)) {
            return importFrom(call, call.in());
          }
          try (InputStream in = Files.newInputStream(Path.of(file))) {
            return importFrom(call, in);
          } catch (IOException failure) {
            throw new UsageException("it cannot be read: " + failure);
          }
        });
  }

  private static int importFrom(Call call, InputStream in) {
    return call.writing(
        cache -> {
          ImportReport report;
          try (Progress bar = call.progress("import")) {
            report = cache.admin().importFrom(in, bar::update);
          } catch (IOException failure) {
            throw new UncheckedIOException("it cannot be read: " + failure, failure);
          }
          report.getWrongLines().stream()
              .limit(MOST_NAMED)
              .forEach(wrong -> call.note(Escapes.line(wrong.toString())));
          Map<String, @Nullable Object> told = new LinkedHashMap<>();
          told.put("read", report.getRead());
          told.put("written", report.getWritten());
          told.put("expired", report.getExpired());
          told.put("wrong", report.getWrong());
          call.printer().object(told);
          return report.getWrong() == 0 ? ExitCode.DONE : ExitCode.USAGE;
        });
  }
}
