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
 * @param reader who asks; empty where nobody has to prove that, and for operators
 * @param credential by which other nodes know it; empty where nobody has to prove anything
 */
record TraceScope(Optional<ProviderIdentity> reader, Optional<String> credential) {
  /** Everything, for everybody. */
  static final TraceScope ALL = new TraceScope(Optional.empty(), Optional.empty());

  /** What an operator is called among nodes: no credential has this name. */
  static final String OPERATOR = "*";

  /** Everything, for an operator, who has proved who he is. */
  static final TraceScope OF_OPERATORS = new TraceScope(Optional.empty(), Optional.of(OPERATOR));

  /** What a provider may read. */
  TraceScope(ProviderIdentity provider) {
    this(Optional.of(provider), Optional.of(provider.credential()));
  }

  /** Returns what may be read of a trace; empty if that is nothing. */
  Optional<Found> of(Found found) {
    if (reader.isEmpty()) {
      return Optional.of(found);
    }
    List<Account> readable =
        found.accounts().stream().map(this::readable).flatMap(Optional::stream).toList();
    return readable.isEmpty() ? Optional.empty() : Optional.of(new Found(readable, found.next()));
  }

  /** A receipt of another app hides nothing that is in the log. */
  private Optional<Account> readable(Account account) {
    return switch (account) {
      case Receipted(var unique, var receipt, var repetition, var unread) -> {
        @Nullable Underway own = unread != null && allows(unread.app()) ? unread : null;
        yield allows(receipt.getApp())
            ? Optional.of(new Receipted(unique, receipt, repetition, own))
            : Optional.ofNullable(own);
      }
      case Underway underway -> allows(underway.app()) ? Optional.of(account) : Optional.empty();
      case Unreadable _ -> allows(null) ? Optional.of(account) : Optional.empty();
    };
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
