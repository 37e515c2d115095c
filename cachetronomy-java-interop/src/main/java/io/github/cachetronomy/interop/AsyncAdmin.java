package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.CacheVolume;
import io.github.cachetronomy.core.CachetronomyException;
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
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@link Admin} for callers who want futures. What a call there would throw fails the future here,
 * mistakes of the caller's included, and the work is done on a thread of the cache's, where
 * progress is told and streams are read and written too. Cancelling a future ends its work soon and
 * leaves the file whole. Thread-safe.
 */
public final class AsyncAdmin {
  private final EngineAccess access;

  AsyncAdmin(EngineAccess access) {
    this.access = access;
  }

  /** As {@link Admin#volume}. */
  public CompletableFuture<CacheVolume> volume() {
    return later((admin, caller) -> admin.volume());
  }

  /** As {@link Admin#check()}. */
  public CompletableFuture<CheckReport> check() {
    return check(false, null);
  }

  /** As {@link Admin#check(boolean, ProgressListener)}. */
  public CompletableFuture<CheckReport> check(boolean repair, @Nullable ProgressListener progress) {
    return later((admin, caller) -> admin.check(repair, caller, progress));
  }

  /** As {@link Admin#vacuum()}. */
  public CompletableFuture<VacuumReport> vacuum() {
    return vacuum(null);
  }

  /** As {@link Admin#vacuum(ProgressListener)}. */
  public CompletableFuture<VacuumReport> vacuum(@Nullable ProgressListener progress) {
    return later((admin, caller) -> admin.vacuum(caller, progress));
  }

  /** As {@link Admin#backup(Path)}. */
  public CompletableFuture<Void> backup(Path target) {
    return backup(target, null);
  }

  /** As {@link Admin#backup(Path, ProgressListener)}. */
  public CompletableFuture<Void> backup(Path target, @Nullable ProgressListener progress) {
    Objects.requireNonNull(target, "target");
    return later(
        (admin, caller) -> {
          admin.backup(target, caller, progress);
          return null;
        });
  }

  /** As {@link Admin#query(String, Object...)}. */
  public CompletableFuture<QueryResult> query(String sql, @Nullable Object... parameters) {
    return query(sql, Answers.list(parameters), Admin.ROWS, Admin.QUERY_TIME);
  }

  /** As {@link Admin#query(String, List, int, Duration)}. */
  public CompletableFuture<QueryResult> query(
      String sql, List<? extends @Nullable Object> parameters, int limit, Duration timeLimit) {
    Objects.requireNonNull(sql, "sql");
    return later((admin, caller) -> admin.query(sql, parameters, limit, timeLimit, caller));
  }

  /** As {@link Admin#execute}. */
  public CompletableFuture<Long> execute(String sql, @Nullable Object... parameters) {
    Objects.requireNonNull(sql, "sql");
    return working(admin -> Bridge.write(admin.execute(sql, Answers.list(parameters))));
  }

  /** As {@link Admin#exportTo(OutputStream)}. */
  public CompletableFuture<ExportReport> exportTo(OutputStream out) {
    return exportTo(out, false, null);
  }

  /** As {@link Admin#exportTo(OutputStream, boolean, ProgressListener)}. */
  public CompletableFuture<ExportReport> exportTo(
      OutputStream out, boolean includeExpired, @Nullable ProgressListener progress) {
    Objects.requireNonNull(out, "out");
    return later((admin, caller) -> admin.exportTo(out, includeExpired, caller, progress));
  }

  /** As {@link Admin#importFrom(InputStream)}. */
  public CompletableFuture<ImportReport> importFrom(InputStream input) {
    return importFrom(input, null);
  }

  /** As {@link Admin#importFrom(InputStream, ProgressListener)}. */
  public CompletableFuture<ImportReport> importFrom(
      InputStream input, @Nullable ProgressListener progress) {
    Objects.requireNonNull(input, "input");
    return later((admin, caller) -> admin.importFrom(input, caller, progress));
  }

  private <R extends @Nullable Object> CompletableFuture<R> later(Work<R> work) {
    return working(admin -> Bridge.later(admin, caller -> () -> work.run(admin, caller)));
  }

  private <R> CompletableFuture<R> working(Function<Administration, CompletableFuture<R>> work) {
    try {
      return work.apply(access.getEngine().getAdministration());
    } catch (CachetronomyException report) {
      return CompletableFuture.failedFuture(report);
    }
  }

  /** Something to be done with the file as a whole. */
  private interface Work<R extends @Nullable Object> {
    R run(Administration admin, Caller caller) throws IOException;
  }
}
