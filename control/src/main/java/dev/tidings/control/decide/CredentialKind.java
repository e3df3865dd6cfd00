package dev.tidings.control.decide;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.control.credential.EntryIds;
import dev.tidings.control.decide.RefusedDecisionException.Reason;
import dev.tidings.schemas.avro.Administrator;
import dev.tidings.schemas.avro.ApiKey;
import dev.tidings.schemas.avro.ProviderKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The operations on credentials of every kind.
 *
 * @param command the word for it in commands and audit lines
 * @param idName what an id is called
 * @param facts what all kinds have
 * @param ending makes the same entry with another end
 */
public record CredentialKind<E extends SpecificRecord>(
    String command,
    String idName,
    ControlKind<E> kind,
    Function<E, Facts> facts,
    BiFunction<E, @Nullable Instant, E> ending) {

  /** The keys of providers' tokens. */
  public static final CredentialKind<ProviderKey> PROVIDER_KEY =
      new CredentialKind<>(
          "key",
          "kid",
          ControlKind.PROVIDER_KEY,
          key ->
              new Facts(
                  new KeyScope(key.getTeam(), key.getApps()).words(),
                  key.getCreated(),
                  key.getNotAfter()),
          (key, end) ->
              new ProviderKey(
                  key.getTeam(), key.getPublicKey(), key.getApps(), key.getCreated(), end));

  /** API keys. */
  public static final CredentialKind<ApiKey> API_KEY =
      new CredentialKind<>(
          "api-key",
          "id",
          ControlKind.API_KEY,
          key ->
              new Facts(
                  new KeyScope(key.getTeam(), key.getApps()).words(),
                  key.getCreated(),
                  key.getNotAfter()),
          (key, end) ->
              new ApiKey(key.getTeam(), key.getHash(), key.getApps(), key.getCreated(), end));

  /** The credentials of administrators. */
  public static final CredentialKind<Administrator> ADMINISTRATOR =
      new CredentialKind<>(
          "administrator",
          "id",
          ControlKind.ADMINISTRATOR,
          each ->
              new Facts(
                  "name " + each.getName() + ", role " + each.getRole(),
                  each.getCreated(),
                  each.getNotAfter()),
          (each, end) ->
              new Administrator(
                  each.getName(), each.getHash(), each.getCreated(), end, each.getRole()));

  /**
   * What credentials of all kinds have.
   *
   * @param words whose it is and what for, for people
   */
  public record Facts(String words, Instant created, @Nullable Instant notAfter) {
    /** Returns whether it is accepted at a time. */
    public boolean isInForce(Instant now) {
      return notAfter == null || now.isBefore(notAfter);
    }
  }

  /** Returns an id that none has yet. */
  String newId(ControlEntries entries) {
    return EntryIds.random(id -> entries.entry(kind, id).isPresent());
  }

  /** Returns an id that was chosen, or a new one. */
  String id(ControlEntries entries, Optional<String> chosen) {
    if (chosen.isEmpty()) {
      return newId(entries);
    }
    String id = EntryIds.require(chosen.get());
    if (entries.entry(kind, id).isPresent()) {
      throw new RefusedDecisionException(
          Reason.TAKEN, idName, id, "an id that no " + command + " has yet");
    }
    return id;
  }

  /** Returns one that has to be there. */
  public E require(ControlEntries entries, String id) {
    return entries
        .entry(kind, id)
        .orElseThrow(
            RefusedDecisionException.absent(idName, id, "the id of one that has not been revoked"));
  }

  /** Revokes one, also one whose entry cannot be read: it may be read elsewhere. */
  public ControlChange<E> revoke(ControlEntries entries, String id) {
    boolean unreadable = entries.isUnreadable(kind, id);
    String words = unreadable ? "unreadable" : facts.apply(require(entries, id)).words();
    return ControlChange.remove(kind, id, command + " revoke: " + words);
  }

  /**
   * Lets one end, so that another can take its place in the meantime; null for no end.
   *
   * @param end from then on it is refused
   */
  public ControlChange<E> expire(ControlEntries entries, String id, @Nullable Instant end) {
    E entry = require(entries, id);
    String until = end == null ? "no end" : "not after " + end.truncatedTo(ChronoUnit.SECONDS);
    return ControlChange.replace(
        kind,
        id,
        entry,
        ending.apply(entry, end),
        command + " expire: " + facts.apply(entry).words() + ", " + until);
  }

  /**
   * Lets one end because another has taken its place; empty if it ends before that, or has ended:
   * what takes its place must not bring it back.
   */
  public Optional<ControlChange<E>> replaced(ControlEntries entries, String id, Instant end) {
    return facts.apply(require(entries, id)).isInForce(end)
        ? Optional.of(expire(entries, id, end))
        : Optional.empty();
  }
}
