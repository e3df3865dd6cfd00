package dev.tidings.ingest.console;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.auth.admin.AdministratorRole;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.console.overview.FleetFigures;
import dev.tidings.ingest.console.overview.FleetFigures.Site;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.schemas.avro.Administrator;
import dev.tidings.schemas.question.NodeFigures;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/admin/session}: who has signed in, and what there is. */
final class ConsoleSession {
  /** As old as what is known of the nodes may be. */
  static final Duration AGE = Duration.ofSeconds(5);

  private static final String PATH = "/v1/admin/session";
  private static final List<String> FEATURES =
      List.of(
          "audit-log",
          "devices",
          "disconnect",
          "events",
          "history",
          "jwt-check",
          "on-behalf",
          "revoke-token",
          "token-check",
          "topics",
          "webhook-deliveries");

  private final ConsolePlace place;
  private final ControlEntries entries;
  private final FleetFigures fleet;

  ConsoleSession(ConsolePlace place, ControlEntries entries, FleetFigures fleet) {
    this.place = place;
    this.entries = entries;
    this.fleet = fleet;
  }

  AdminOperation operation() {
    return AdminOperation.of("GET", PATH, this::answer);
  }

  private Response answer(AdminRequest request) throws InterruptedException {
    request.query();
    Optional<Administrator> known =
        entries.entry(ControlKind.ADMINISTRATOR, request.author().who());
    List<Site> sites = fleet.look(AGE);
    return JsonAnswer.ok(out -> {
      out.writeStringField("id", request.author().who());
      // Who has no entry is in the settings of this process.
      out.writeStringField("name", known.map(Administrator::getName).orElse("of the settings"));
      out.writeStringField(
          "role",
          known
              .map(each ->
                  AdministratorRole.of(each.getRole()).orElse(AdministratorRole.READ).text())
              .orElse(AdministratorRole.ADMIN.text()));
      JsonAnswer.text(out, "notAfter", known.map(Administrator::getNotAfter).orElse(null));
      out.writeStringField("installation", place.installation());
      out.writeStringField("version", place.version());
      out.writeStringField("process", place.process());
      out.writeStringField("providerUrl", place.providerUrl());
      out.writeStringField("providers", place.providersProve() ? "keys" : "open");
      out.writeStringField("devices", devices(sites));
      urls(out, sites, request.host());
      out.writeArrayFieldStart("nodes");
      for (Site site : sites) {
        out.writeStartObject();
        node(out, site, request.host());
        out.writeEndObject();
      }
      out.writeEndArray();
      JsonAnswer.texts(out, "features", FEATURES);
    });
  }

  private static String devices(List<Site> sites) {
    return sites.stream()
        .flatMap(site -> site.figures().stream())
        .map(NodeFigures::devices)
        .findFirst()
        .orElse("unknown");
  }

  private static void urls(JsonGenerator out, List<Site> sites, @Nullable String host)
      throws IOException {
    JsonAnswer.texts(
        out,
        "mqtt",
        sites.stream().flatMap(site -> WebSockets.urls(site, host).stream()).distinct().toList());
  }

  private static void node(JsonGenerator out, Site site, @Nullable String host) throws IOException {
    JsonAnswer.text(out, "node", site.figures().map(NodeFigures::node).orElse(null));
    out.writeStringField("address", site.address());
    JsonAnswer.text(out, "devices", site.figures().map(NodeFigures::devices).orElse(null));
    JsonAnswer.texts(out, "mqtt", WebSockets.urls(site, host));
  }
}
