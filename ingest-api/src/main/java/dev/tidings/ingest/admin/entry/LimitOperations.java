package dev.tidings.ingest.admin.entry;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.control.LimitEntries;
import dev.tidings.control.decide.AppEntries;
import dev.tidings.control.decide.Teams;
import dev.tidings.control.decide.TenantLimits;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.Decisions;
import dev.tidings.ingest.admin.request.JsonFields;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.schemas.avro.DailyCap;
import dev.tidings.schemas.avro.Limit;
import dev.tidings.schemas.value.AppId;
import java.util.List;

/**
 * The operations on limits of what is sent on behalf of single teams and to single apps, and of
 * what each device is sent in a day.
 */
public final class LimitOperations {
  private static final String PATH = "/v1/admin/limits";
  private static final String CAPS_PATH = "/v1/admin/daily-caps";
  private static final String PER_DAY = "perDay";
  private static final String TIME_ZONE = "timeZone";
  private static final String UTC = "UTC";
  private static final String PER_SECOND = "perSecond";
  private static final String BURST_SECONDS = "burstSeconds";

  private final Decisions decisions;
  private final EntryReading<Limit> reading;
  private final EntryReading<DailyCap> readingCaps;

  public LimitOperations(Decisions decisions) {
    this.decisions = decisions;
    this.reading =
        new EntryReading<>(decisions, ControlKind.LIMIT, "limits", PATH, EntryJson::limit);
    this.readingCaps =
        new EntryReading<>(
            decisions, ControlKind.DAILY_CAP, "dailyCaps", CAPS_PATH, EntryJson::dailyCap);
  }

  /** Returns them. */
  public List<AdminOperation> all() {
    String team = PATH + "/teams/{id}";
    String app = PATH + "/apps/{app}";
    String cap = CAPS_PATH + "/{app}/{category}";
    return List.of(
        AdminOperation.of("GET", PATH, reading::all),
        AdminOperation.of("GET", team, request -> read(ofTeam(request))),
        AdminOperation.of("PUT", team, request -> set(request, LimitOperations::setForTeam)),
        AdminOperation.of("DELETE", team, request -> remove(request, ofTeam(request))),
        AdminOperation.of("GET", app, request -> read(ofApp(request))),
        AdminOperation.of("PUT", app, request -> set(request, LimitOperations::setForApp)),
        AdminOperation.of("DELETE", app, request -> remove(request, ofApp(request))),
        AdminOperation.of("GET", CAPS_PATH, readingCaps::all),
        AdminOperation.of(
            "GET", cap, request -> readingCaps.one(ofCap(request), TenantLimits::findCap)),
        AdminOperation.of("PUT", cap, this::setCap),
        AdminOperation.of("DELETE", cap, this::removeCap));
  }

  /** Returns the name of the entry. */
  private static String ofTeam(AdminRequest request) {
    return LimitEntries.TEAM + request.parameter("id");
  }

  private static String ofApp(AdminRequest request) {
    return LimitEntries.APP + request.parameter("app");
  }

  private static String ofCap(AdminRequest request) {
    return request.parameter("app") + '/' + request.parameter("category");
  }

  /** In place of any that there is. */
  private Response setCap(AdminRequest request) throws InterruptedException {
    JsonFields fields = request.fields(PER_DAY, TIME_ZONE);
    DailyCap cap =
        new DailyCap(
            (int) fields.needNumber(PER_DAY, 1, LimitEntries.MAX_PER_DAY),
            fields.text(TIME_ZONE).orElse(UTC));
    ControlChange<DailyCap> made =
        decisions.take(
            request.author(),
            (entries, changes) -> {
              String app = request.parameter("app");
              // The path names it, so it is not found rather than invalid.
              AppEntries.find(entries, app);
              ControlChange<DailyCap> change =
                  TenantLimits.setCap(entries, new AppId(app), request.parameter("category"), cap);
              changes.write(change);
              return change;
            });
    return JsonAnswer.ok(readingCaps.members(made.name(), cap));
  }

  private Response removeCap(AdminRequest request) throws InterruptedException {
    String name = ofCap(request);
    decisions.take(
        request.author(),
        (entries, changes) -> {
          changes.write(TenantLimits.removeCap(entries, name));
          return name;
        });
    return JsonAnswer.done();
  }

  private Response read(String name) {
    return reading.one(name, TenantLimits::find);
  }

  /** Decides whose limit it is. */
  @FunctionalInterface
  private interface Setting {
    ControlChange<Limit> of(ControlEntries entries, AdminRequest request, Limit limit);
  }

  private static ControlChange<Limit> setForTeam(
      ControlEntries entries, AdminRequest request, Limit limit) {
    String id = request.parameter("id");
    // The path names it, so it is not found rather than invalid.
    Teams.find(entries, id);
    return TenantLimits.setForTeam(entries, id, limit);
  }

  private static ControlChange<Limit> setForApp(
      ControlEntries entries, AdminRequest request, Limit limit) {
    String app = request.parameter("app");
    AppEntries.find(entries, app);
    return TenantLimits.setForApp(entries, new AppId(app), limit);
  }

  /** In place of any that there is. */
  private Response set(AdminRequest request, Setting setting) throws InterruptedException {
    JsonFields fields = request.fields(PER_SECOND, BURST_SECONDS);
    Limit limit =
        new Limit(
            (int) fields.needNumber(PER_SECOND, 0, LimitEntries.MAX_PER_SECOND),
            (int) fields.number(BURST_SECONDS, 1, LimitEntries.MAX_SECONDS).orElse(1L).longValue());
    ControlChange<Limit> made =
        decisions.take(
            request.author(),
            (entries, changes) -> {
              ControlChange<Limit> change = setting.of(entries, request, limit);
              changes.write(change);
              return change;
            });
    return JsonAnswer.ok(reading.members(made.name(), limit));
  }

  private Response remove(AdminRequest request, String name) throws InterruptedException {
    decisions.take(
        request.author(),
        (entries, changes) -> {
          changes.write(TenantLimits.remove(entries, name));
          return name;
        });
    return JsonAnswer.done();
  }
}
