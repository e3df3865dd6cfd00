package dev.tidings.ingest.admin.entry;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.decide.CredentialKind;
import dev.tidings.control.decide.KeyScope;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.Decisions;
import dev.tidings.ingest.admin.request.JsonFields;
import dev.tidings.ingest.admin.request.Page.EntryJson;
import dev.tidings.ingest.json.JsonAnswer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** The operations that credentials of every kind have: they are read, expire, and are revoked. */
final class CredentialOperations<E extends SpecificRecord> {
  static final String NOT_AFTER = "notAfter";

  private final Decisions decisions;
  private final CredentialKind<E> kind;
  private final EntryReading<E> reading;

  /**
   * Creates them.
   *
   * @param list what a list of them is called, in paths too
   */
  CredentialOperations(
      Decisions decisions, CredentialKind<E> kind, String list, String path, EntryJson<E> json) {
    this.decisions = decisions;
    this.kind = kind;
    this.reading = new EntryReading<>(decisions, kind.kind(), list, path, json);
  }

  EntryReading<E> reading() {
    return reading;
  }

  /** Returns the path of one; its id is what the kind calls it. */
  String onePath() {
    return reading.path() + "/{" + kind.idName() + "}";
  }

  String id(AdminRequest request) {
    return request.parameter(kind.idName());
  }

  List<AdminOperation> readAndRevoke() {
    return List.of(
        AdminOperation.of("GET", onePath(), request -> reading.one(id(request), kind::require)),
        AdminOperation.of("DELETE", onePath(), this::revoke));
  }

  private Response revoke(AdminRequest request) throws InterruptedException {
    decisions.take(
        request.author(),
        (entries, changes) -> {
          changes.write(kind.revoke(entries, id(request)));
          return kind;
        });
    return JsonAnswer.done();
  }

  /** Makes the same entry for other apps. */
  @FunctionalInterface
  interface Scoping<E extends SpecificRecord> {
    ControlChange<E> of(ControlEntries entries, String id, KeyScope scope);
  }

  /** Sets another end, or other apps. */
  Response change(AdminRequest request, Function<E, String> team, Scoping<E> scoping)
      throws InterruptedException {
    JsonFields fields = request.fields(ScopeFields.APPS, NOT_AFTER);
    fields.needOneOf(ScopeFields.APPS, NOT_AFTER);
    if (fields.has(NOT_AFTER)) {
      return expire(request, fields);
    }
    String id = id(request);
    E changed =
        decisions.take(
            request.author(),
            (entries, changes) -> {
              String owner = team.apply(kind.require(entries, id));
              ControlChange<E> change =
                  scoping.of(entries, id, ScopeFields.of(entries, owner, fields));
              changes.write(change);
              return change.entry().orElseThrow();
            });
    return JsonAnswer.ok(reading.members(id, changed));
  }

  /** Sets another end, or none. */
  Response expire(AdminRequest request, JsonFields fields) throws InterruptedException {
    Optional<Instant> end = fields.time(NOT_AFTER);
    E changed =
        decisions.take(
            request.author(),
            (entries, changes) -> {
              @Nullable Instant notAfter = end.orElse(null);
              ControlChange<E> change = kind.expire(entries, id(request), notAfter);
              changes.write(change);
              return change.entry().orElseThrow();
            });
    return JsonAnswer.ok(reading.members(id(request), changed));
  }
}
