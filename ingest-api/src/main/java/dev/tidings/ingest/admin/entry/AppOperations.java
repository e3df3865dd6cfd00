package dev.tidings.ingest.admin.entry;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlKind;
import dev.tidings.control.decide.AppEntries;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.Decisions;
import dev.tidings.ingest.admin.request.JsonFields;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.ingest.json.JsonAnswer.Members;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.value.AppId;
import java.util.List;
import java.util.Optional;

/** Apps. */
public final class AppOperations {
  private static final String PATH = "/v1/admin/apps";

  private final Decisions decisions;
  private final EntryReading<App> reading;

  public AppOperations(Decisions decisions) {
    this.decisions = decisions;
    this.reading = new EntryReading<>(decisions, ControlKind.APP, "apps", PATH, EntryJson::app);
  }

  /** Returns them. */
  public List<AdminOperation> all() {
    return List.of(
        AdminOperation.of("GET", PATH, request -> reading.ofTeam(request, App::getTeam)),
        AdminOperation.of("POST", PATH, this::add),
        AdminOperation.of(
            "GET",
            PATH + "/{app}",
            request -> reading.one(request.parameter("app"), AppEntries::find)),
        AdminOperation.of("DELETE", PATH + "/{app}", this::remove));
  }

  /** The same again changes nothing, and is answered with 200. */
  private Response add(AdminRequest request) throws InterruptedException {
    JsonFields fields = request.fields("app", "team");
    AppId app = new AppId(fields.needText("app"));
    String team = fields.needText("team");
    boolean added =
        decisions.take(
            request.author(),
            (entries, changes) -> {
              Optional<ControlChange<App>> change = AppEntries.add(entries, app, team);
              if (change.isPresent()) {
                changes.write(change.get());
              }
              return change.isPresent();
            });
    Members members = reading.members(app.value(), new App(team));
    return added ? JsonAnswer.created(PATH + "/" + app.value(), members) : JsonAnswer.ok(members);
  }

  private Response remove(AdminRequest request) throws InterruptedException {
    AppId app = new AppId(request.parameter("app"));
    decisions.take(
        request.author(),
        (entries, changes) -> {
          changes.write(AppEntries.remove(entries, app));
          return app;
        });
    return JsonAnswer.done();
  }
}
