package dev.tidings.node;

import dev.tidings.auth.device.jwt.IssuerDirectory;
import dev.tidings.control.ControlKind;
import dev.tidings.control.ControlMeters;
import dev.tidings.control.ControlReader;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.avro.Issuer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.service.health.Readiness;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.table.TableSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The issuers and apps in the topic {@code control}, as administrators have decided so far. */
final class EnteredIssuersFollowing implements IssuerDirectory {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final ControlMeters METERS =
      new ControlMeters(
          "tidings.node.control.lag",
          "tidings.node.control.waiting",
          "tidings.node.control.unreadable",
          "tidings.node.control.reloads");

  private final ControlReader reader;

  private EnteredIssuersFollowing(ControlReader reader) {
    this.reader = reader;
  }

  /**
   * Starts reading.
   *
   * @param control the topic {@code control}
   */
  static IssuerDirectory start(
      Lifecycle lifecycle,
      Readiness readiness,
      MeterRegistry metrics,
      TableSource control,
      RegistryClient registry,
      InstantSource clock) {
    ControlReader reader = ControlReader.start(control, registry, clock);
    lifecycle.onStop("control", SOON, reader::close);
    readiness.add("control", reader::health);
    METERS.bind(metrics, reader);
    return new EnteredIssuersFollowing(reader);
  }

  @Override
  public long version() {
    return reader.version();
  }

  @Override
  public boolean isComplete() {
    return reader.isComplete();
  }

  @Override
  public Map<String, Entry> issuers() {
    Map<String, Entry> found = new HashMap<>();
    reader.entries(ControlKind.ISSUER).forEach((name, issuer) -> found.put(name, entry(issuer)));
    return found;
  }

  private static Entry entry(Issuer issuer) {
    return new Entry(
        issuer.getTeam(),
        Optional.ofNullable(issuer.getKeysUrl()),
        Optional.ofNullable(issuer.getKeySet()),
        Optional.ofNullable(issuer.getAudience()),
        Optional.ofNullable(issuer.getApps()),
        issuer.getCreated());
  }

  @Override
  public Map<String, Set<String>> appsByTeam() {
    Map<String, Set<String>> found = new HashMap<>();
    reader
        .entries(ControlKind.APP)
        .forEach(
            (name, app) -> found.computeIfAbsent(app.getTeam(), _ -> new HashSet<>()).add(name));
    return found;
  }

  @Override
  public Optional<String> team(String app) {
    return reader.entry(ControlKind.APP, app).map(App::getTeam);
  }
}
