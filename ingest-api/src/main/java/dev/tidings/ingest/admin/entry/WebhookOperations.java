package dev.tidings.ingest.admin.entry;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlKind;
import dev.tidings.control.decide.NewWebhookSecret;
import dev.tidings.control.decide.Webhooks;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.BadRequestException;
import dev.tidings.ingest.admin.request.Decisions;
import dev.tidings.ingest.admin.request.JsonFields;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.schemas.avro.Webhook;
import dev.tidings.schemas.value.AppId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The operations on webhooks, where receipts are sent. */
public final class WebhookOperations {
  private static final String PATH = "/v1/admin/webhooks";
  private static final String ID = "id";
  private static final String APP = "app";
  private static final String URL = "url";
  private static final String MAX_EVENTS = "maxEvents";
  private static final String ENABLED = "enabled";

  private final Decisions decisions;
  private final InstantSource clock;
  private final EntryReading<Webhook> reading;

  public WebhookOperations(Decisions decisions, InstantSource clock) {
    this.decisions = decisions;
    this.clock = clock;
    this.reading =
        new EntryReading<>(decisions, ControlKind.WEBHOOK, "webhooks", PATH, EntryJson::webhook);
  }

  /** Returns them. */
  public List<AdminOperation> all() {
    String one = PATH + "/{id}";
    return List.of(
        AdminOperation.of("GET", PATH, request -> reading.ofTeam(request, Webhook::getTeam)),
        AdminOperation.of("POST", PATH, this::create),
        AdminOperation.of("GET", one, request -> reading.one(id(request), Webhooks::find)),
        AdminOperation.of("PATCH", one, this::change),
        AdminOperation.of("DELETE", one, this::delete),
        AdminOperation.of("POST", one + "/rotation", this::rotate));
  }

  private static String id(AdminRequest request) {
    return request.parameter(ID);
  }

  private static Optional<Integer> events(JsonFields fields) {
    return fields.number(MAX_EVENTS, 1, Webhooks.MOST_EVENTS).map(Math::toIntExact);
  }

  private Response create(AdminRequest request) throws InterruptedException {
    JsonFields fields = request.fields(APP, URL, MAX_EVENTS);
    AppId app = new AppId(fields.needText(APP));
    String url = fields.needText(URL);
    int events = events(fields).orElse(Webhooks.EVENTS);
    return withSecret(
        decisions.take(
            request.author(),
            (entries, changes) -> {
              NewWebhookSecret made =
                  Webhooks.create(entries, app, url, events, EntryTime.now(clock));
              changes.write(made.change());
              return made;
            }));
  }

  private Response change(AdminRequest request) throws InterruptedException {
    JsonFields fields = request.fields(URL, MAX_EVENTS, ENABLED);
    Optional<String> url = fields.text(URL);
    Optional<Integer> events = events(fields);
    Optional<Boolean> enabled = fields.flag(ENABLED);
    if (url.isEmpty() && events.isEmpty() && enabled.isEmpty()) {
      throw new BadRequestException(
          "member", "missing", "one of " + String.join(", ", URL, MAX_EVENTS, ENABLED));
    }
    String id = id(request);
    Instant now = EntryTime.now(clock);
    Webhook changed =
        decisions.take(
            request.author(),
            (entries, changes) -> {
              if (url.isPresent() || events.isPresent()) {
                changes.write(Webhooks.change(entries, id, url, events));
              }
              if (enabled.isPresent()) {
                changes.write(
                    enabled.get()
                        ? Webhooks.enable(entries, id)
                        : Webhooks.disable(entries, id, "switched off by an administrator", now));
              }
              return Webhooks.find(entries, id);
            });
    return JsonAnswer.ok(reading.members(id, changed));
  }

  private Response delete(AdminRequest request) throws InterruptedException {
    decisions.take(
        request.author(),
        (entries, changes) -> {
          ControlChange<Webhook> change = Webhooks.delete(entries, id(request));
          changes.write(change);
          return change;
        });
    return JsonAnswer.done();
  }

  /** Gives it another secret, and lets requests be signed with both for a while. */
  private Response rotate(AdminRequest request) throws InterruptedException {
    JsonFields fields = request.fields(ScopeFields.OVERLAP);
    Duration overlap =
        Duration.ofSeconds(
            fields.needNumber(ScopeFields.OVERLAP, 0, Webhooks.LONGEST_OVERLAP.toSeconds()));
    return withSecret(
        decisions.take(
            request.author(),
            (entries, changes) -> {
              NewWebhookSecret made =
                  Webhooks.rotate(entries, id(request), overlap, EntryTime.now(clock));
              changes.write(made.change());
              return made;
            }));
  }

  private Response withSecret(NewWebhookSecret made) {
    String id = made.change().name();
    return JsonAnswer.created(
        PATH + "/" + id,
        reading
            .members(id, made.change().entry().orElseThrow())
            .and(out -> out.writeStringField("secret", made.secret().reveal())));
  }
}
