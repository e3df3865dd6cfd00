package dev.tidings.ingest.admin.entry;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlKind;
import dev.tidings.control.decide.Teams;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.Decisions;
import dev.tidings.ingest.admin.request.JsonFields;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.schemas.avro.Team;
import java.time.InstantSource;
import java.util.List;

/** Teams. */
public final class TeamOperations {
  private static final String PATH = "/v1/admin/teams";

  private final Decisions decisions;
  private final InstantSource clock;
  private final EntryReading<Team> reading;

  public TeamOperations(Decisions decisions, InstantSource clock) {
    this.decisions = decisions;
    this.clock = clock;
    this.reading = new EntryReading<>(decisions, ControlKind.TEAM, "teams", PATH, EntryJson::team);
  }

  /** Returns them. */
  public List<AdminOperation> all() {
    return List.of(
        AdminOperation.of("GET", PATH, reading::all),
        AdminOperation.of("POST", PATH, this::create),
        AdminOperation.of(
            "GET", PATH + "/{id}", request -> reading.one(request.parameter("id"), Teams::find)));
  }

  private Response create(AdminRequest request) throws InterruptedException {
    JsonFields fields = request.fields("name", "id");
    ControlChange<Team> made =
        decisions.take(
            request.author(),
            (entries, changes) -> {
              ControlChange<Team> team =
                  Teams.create(
                      entries, fields.needText("name"), fields.text("id"), EntryTime.now(clock));
              changes.write(team);
              return team;
            });
    return JsonAnswer.created(
        PATH + "/" + made.name(), reading.members(made.name(), made.entry().orElseThrow()));
  }
}
