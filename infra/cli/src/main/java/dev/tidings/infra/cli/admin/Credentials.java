package dev.tidings.infra.cli.admin;

import dev.tidings.control.ControlKind;
import dev.tidings.infra.cli.credential.EntryIds;
import dev.tidings.schemas.avro.ApiKey;
import dev.tidings.schemas.avro.ProviderKey;
import dev.tidings.schemas.value.InvalidValueException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * What is done with the keys of both kinds.
 *
 * @param command the words after {@code admin}
 * @param label what an id is called in the command's synopsis
 * @param facts what both kinds have
 * @param ending makes the same entry with another end
 */
record Credentials<E extends SpecificRecord>(
    String command,
    String label,
    ControlKind<E> kind,
    Function<E, Facts> facts,
    BiFunction<E, Instant, E> ending) {

  static final Credentials<ProviderKey> PROVIDER_KEYS =
      new Credentials<>(
          "key",
          "KID",
          ControlKind.PROVIDER_KEY,
          key -> new Facts(key.getTeam(), key.getApps(), key.getCreated(), key.getNotAfter()),
          (key, end) ->
              new ProviderKey(
                  key.getTeam(), key.getPublicKey(), key.getApps(), key.getCreated(), end));

  static final Credentials<ApiKey> API_KEYS =
      new Credentials<>(
          "api-key",
          "ID",
          ControlKind.API_KEY,
          key -> new Facts(key.getTeam(), key.getApps(), key.getCreated(), key.getNotAfter()),
          (key, end) ->
              new ApiKey(key.getTeam(), key.getHash(), key.getApps(), key.getCreated(), end));

  /** What keys of both kinds have. */
  record Facts(
      String team, @Nullable List<String> apps, Instant created, @Nullable Instant notAfter) {}

  /** Returns an id that no key has yet. */
  String newId(Administration admin) {
    return EntryIds.random(id -> admin.entry(kind, id).isPresent());
  }

  /** Fails if a key has the id already. */
  void requireFree(Administration admin, String id) {
    if (admin.entry(kind, id).isPresent()) {
      throw new InvalidValueException("--id", id, "an id that no key has yet");
    }
  }

  void list(Administration admin, Instant now, PrintWriter out) {
    Columns columns = new Columns("id", "team", "created", "not after", "apps");
    admin
        .entries(kind)
        .forEach((id, key) -> {
          Facts found = facts.apply(key);
          @Nullable Instant end = found.notAfter();
          @Nullable List<String> apps = found.apps();
          String past = end != null && !end.isAfter(now) ? " (expired)" : "";
          columns.row(
              id,
              found.team(),
              Columns.time(found.created()),
              end == null ? "" : Columns.time(end) + past,
              apps == null ? "all" : String.join(" ", apps));
        });
    columns.print(out);
  }

  void revoke(Administration admin, String id, PrintWriter out) throws InterruptedException {
    Facts found = facts.apply(required(admin, id));
    admin.remove(kind, id, command + " revoke: " + Scope.words(found.team(), found.apps()));
    out.println("revoked: " + id + " of team " + found.team());
  }

  /** The key is refused after this time, so that another one can take its place in the meantime. */
  void expire(Administration admin, String id, Duration after, Instant now, PrintWriter out)
      throws InterruptedException {
    E key = required(admin, id);
    Instant end = now.plus(after);
    admin.put(
        kind,
        id,
        ending.apply(key, end),
        command + " expire: team " + facts.apply(key).team() + ", not after " + Columns.time(end));
    out.println(id + " is refused after " + Columns.time(end));
  }

  private E required(Administration admin, String id) {
    return admin
        .entry(kind, id)
        .orElseThrow(() ->
            new InvalidValueException(
                label, id, "the id of a key, as tidings admin " + command + " list shows them"));
  }
}
