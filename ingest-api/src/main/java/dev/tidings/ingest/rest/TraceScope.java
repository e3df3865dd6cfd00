package dev.tidings.ingest.rest;

import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.ingest.trace.TraceResult.Account;
import dev.tidings.ingest.trace.TraceResult.Found;
import dev.tidings.ingest.trace.TraceResult.Receipted;
import dev.tidings.ingest.trace.TraceResult.Underway;
import dev.tidings.ingest.trace.TraceResult.Unreadable;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which traces the one who asks may read: those of notifications to its apps. Where the app is
 * unknown, only a credential for all apps of its team will do.
 *
 * @param reader who asks; empty where nobody has to prove that
 */
record TraceScope(Optional<ProviderIdentity> reader) {
  /** Everything, for everybody. */
  static final TraceScope ALL = new TraceScope(Optional.empty());

  /** Returns what may be read of a trace; empty if that is nothing. */
  Optional<Found> of(Found found) {
    if (reader.isEmpty()) {
      return Optional.of(found);
    }
    List<Account> readable = found.accounts().stream().filter(this::allows).toList();
    return readable.isEmpty() ? Optional.empty() : Optional.of(new Found(readable, found.next()));
  }

  private boolean allows(Account account) {
    return allows(
        switch (account) {
          case Receipted receipted -> receipted.receipt().getApp();
          case Underway underway -> underway.app();
          case Unreadable _ -> null;
        });
  }

  /**
   * Returns whether traces of an app may be read.
   *
   * @param app null where it is unknown
   */
  boolean allows(@Nullable String app) {
    return reader
        .map(who -> app == null ? who.isTeamWide() : who.apps().contains(app))
        .orElse(true);
  }
}
