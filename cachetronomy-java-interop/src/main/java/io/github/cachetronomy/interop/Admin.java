package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.CacheVolume;
import io.github.cachetronomy.core.CheckReport;
import io.github.cachetronomy.core.ExportReport;
import io.github.cachetronomy.core.ImportReport;
import io.github.cachetronomy.core.ProgressListener;
import io.github.cachetronomy.core.QueryResult;
import io.github.cachetronomy.core.VacuumReport;
import io.github.cachetronomy.core.engine.EngineAccess;
import io.github.cachetronomy.core.engine.admin.Administration;
import io.github.cachetronomy.core.engine.tasks.Caller;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is done with the file as a whole: looking after it, copying it, taking it elsewhere, asking
 * it in SQL. Others read and write meanwhile, in this process and in others.
 *
 * <p>Everything here runs on the caller's thread, where progress is told and streams are read and
 * written too. A thread that is interrupted gets a {@link
 * java.util.concurrent.CancellationException} soon, and the file is left whole.
 *
 * <p>Where the file cannot be used, or what is asked cannot be done just now, {@link
 * io.github.cachetronomy.core.StoreUnavailableException} is thrown; damage is told and sets no file
 * aside. A cache that was opened read-only refuses {@link #vacuum()}, {@link #check} with repair,
 * {@link #execute} and {@link #importFrom} with an {@link IllegalStateException}. A cache on a
 * store that cannot do one of these throws {@link UnsupportedOperationException}. Thread-safe.
 */
public final class Admin {
  static final int ROWS = 1_000;
  static final Duration QUERY_TIME = Duration.ofSeconds(30);

  private final EngineAccess access;

  Admin(EngineAccess access) {
    this.access = access;
  }

  /**
   * How large the cache is, on the disk and in entries. Reads through the table, not through its
   * values.
   */
  public CacheVolume volume() {
    return administration().volume();
  }

  /** As {@link #check(boolean, ProgressListener)}, changing nothing. */
  public CheckReport check() {
    return check(false, null);
  }

  /**
   * Looks through the whole file: the database, its tables and indexes, every entry, both logs, the
   * profiles. What is expired, and what another program wrote, is no flaw.
   *
   * @param repair whether entries that nobody can ever read are removed, and indexes that do not
   *     fit are built anew; the eviction log has the reason {@code repair} for each. Nothing is
   *     changed in a file whose pages are damaged.
   * @param progress told in rows; null = nobody
   */
  public CheckReport check(boolean repair, @Nullable ProgressListener progress) {
    return administration().check(repair, Caller.THREAD, progress);
  }

  /** As {@link #vacuum(ProgressListener)}, telling nobody. */
  public VacuumReport vacuum() {
    return vacuum(null);
  }

  /**
   * Rewrites the file, so that what nothing uses any more goes back to the file system. Needs as
   * much room again for the time being.
   *
   * <p>Waits for those who write as long as any call does, and then throws. While the file is
   * rewritten, reads go on and writes wait; those whose wait is over are dropped and told, as when
   * another process holds the file.
   *
   * @param progress is told how many bytes are written anew; the total is not known
   */
  public VacuumReport vacuum(@Nullable ProgressListener progress) {
    return administration().vacuum(Caller.THREAD, progress);
  }

  /** As {@link #backup(Path, ProgressListener)}, telling nobody. */
  public void backup(Path target) {
    backup(target, null);
  }

  /**
   * Copies everything that is written by now to the new file {@code target}, which its owner alone
   * may read and which is a cache like any other. Reads and writes go on; none that comes later is
   * in the copy in part. A copy that is not finished is removed.
   *
   * @param progress told in bytes; null = nobody
   * @throws IllegalArgumentException if there is such a file already, or no such folder
   */
  public void backup(Path target, @Nullable ProgressListener progress) {
    administration().backup(Objects.requireNonNull(target, "target"), Caller.THREAD, progress);
  }

  /** Up to 1,000 rows, within 30 seconds; see {@link #query(String, List, int, Duration)}. */
  public QueryResult query(String sql, @Nullable Object... parameters) {
    return query(sql, Answers.list(parameters), ROWS, QUERY_TIME);
  }

  /**
   * The rows that one statement of SQL selects, on a connection that can write nothing. The tables
   * and columns are those of docs/file-format.md; values stand there encoded.
   *
   * @param parameters for the {@code ?} of the statement: null, Boolean, whole and floating
   *     numbers, String, byte[]
   * @param limit the most rows; the result says whether there were more
   * @param timeLimit how long the statement may run before this throws
   * @throws IllegalArgumentException for a statement that is wrong, several at once, or one that
   *     does not read
   */
  public QueryResult query(
      String sql, List<? extends @Nullable Object> parameters, int limit, Duration timeLimit) {
    return administration()
        .query(Objects.requireNonNull(sql, "sql"), parameters, limit, timeLimit, Caller.THREAD);
  }

  /**
   * Inserts, changes or deletes rows with one statement of SQL, in a transaction of its own, and
   * returns how many. Memory then compares its entries with their rows before it serves them. A
   * statement is stopped after 30 seconds. Parameters are those of {@link #query(String, List, int,
   * Duration)}.
   *
   * <p>An {@code UPDATE} of an entry has to set {@code header = NULL}, or the row counts as
   * damaged. Removals are not logged, and loads that are under way do not know of them.
   *
   * @throws IllegalArgumentException for a statement that is wrong, several at once, or one that
   *     does something else
   */
  public long execute(String sql, @Nullable Object... parameters) {
    return administration()
        .execute(Objects.requireNonNull(sql, "sql"), Answers.list(parameters))
        .await();
  }

  /** As {@link #exportTo(OutputStream, boolean, ProgressListener)}, without what is expired. */
  public ExportReport exportTo(OutputStream out) throws IOException {
    return exportTo(out, false, null);
  }

  /**
   * Writes the entries to {@code out} as lines of JSON in UTF-8, one an entry, oldest key first;
   * docs/file-format.md has the form. Takes no more memory for a large file than for a small one.
   * The stream is flushed and not closed. Entries that come or go meanwhile may or may not be
   * there; damaged ones are left out and counted.
   *
   * @param includeExpired whether entries whose time is over are written too
   * @param progress told in entries; null = nobody
   * @throws IOException what {@code out} throws
   */
  public ExportReport exportTo(
      OutputStream out, boolean includeExpired, @Nullable ProgressListener progress)
      throws IOException {
    Objects.requireNonNull(out, "out");
    return administration().exportTo(out, includeExpired, Caller.THREAD, progress);
  }

  /** As {@link #importFrom(InputStream, ProgressListener)}, telling nobody. */
  public ImportReport importFrom(InputStream input) throws IOException {
    return importFrom(input, null);
  }

  /**
   * Writes the entries that lines as {@link #exportTo(OutputStream)} gives them stand for, over
   * those that are there under their keys. Some hundreds are committed at a time: what fails in
   * between leaves what was committed before. The stream is read to its end and not closed. A line
   * that cannot be used is told in the result and stops nothing.
   *
   * @param progress told in lines; null = nobody
   * @throws IOException what {@code input} throws
   */
  public ImportReport importFrom(InputStream input, @Nullable ProgressListener progress)
      throws IOException {
    Objects.requireNonNull(input, "input");
    return administration().importFrom(input, Caller.THREAD, progress);
  }

  private Administration administration() {
    return access.getEngine().getAdministration();
  }
}
