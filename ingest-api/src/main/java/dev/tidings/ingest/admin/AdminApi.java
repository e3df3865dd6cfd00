package dev.tidings.ingest.admin;

import dev.tidings.auth.admin.AdministratorCredentials;
import dev.tidings.auth.admin.AdministratorDirectory;
import dev.tidings.auth.provider.RefusedAddresses;
import dev.tidings.control.ControlReader;
import dev.tidings.control.ControlWriter;
import dev.tidings.http.HttpService;
import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.Router;
import dev.tidings.ingest.admin.entry.AdministratorOperations;
import dev.tidings.ingest.admin.entry.ApiKeyOperations;
import dev.tidings.ingest.admin.entry.AppOperations;
import dev.tidings.ingest.admin.entry.DeviceOperations;
import dev.tidings.ingest.admin.entry.IssuerOperations;
import dev.tidings.ingest.admin.entry.KeyOperations;
import dev.tidings.ingest.admin.entry.LimitOperations;
import dev.tidings.ingest.admin.entry.TeamOperations;
import dev.tidings.ingest.admin.entry.WebhookOperations;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.ConsoleParts;
import dev.tidings.ingest.admin.request.Decisions;
import dev.tidings.ingest.device.DeviceInformation;
import dev.tidings.ingest.erase.DeviceErasures;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The interface as a whole. */
public final class AdminApi implements AutoCloseable {
  private static final long BODY_BYTES = 4L << 20;

  private final AdminThreads threads = new AdminThreads();
  private final HttpService service;

  AdminApi(
      Decisions decisions,
      DeviceErasures erasures,
      DeviceInformation devices,
      ConsoleParts console,
      AdministratorDirectory administrators,
      Set<String> names,
      InstantSource clock,
      RefusedAddresses refused,
      MeterRegistry metrics) {
    AdminMeters meters = new AdminMeters(metrics);
    BodyMemory memory = new BodyMemory(BODY_BYTES);
    Router.Builder routes = Router.builder(Problem.RESPONSES);
    for (AdminOperation operation : operations(decisions, erasures, devices, clock)) {
      routes.route(
          operation.method(), operation.path(), new OperationService(operation, threads, memory));
    }
    for (AdminOperation operation : console.operations()) {
      routes.route(
          operation.method(), operation.path(), new OperationService(operation, threads, memory));
    }
    console.streams().forEach(routes::add);
    for (Operation operation : console.onBehalf()) {
      routes.route(
          operation.method(),
          operation.path(),
          new OnBehalf(operation, decisions, threads, memory));
    }
    this.service =
        new AdminGate(
            new WebRequestCheck(names),
            new AdministratorCredentials(administrators, clock),
            refused,
            console.files(),
            routes.build(),
            meters);
  }

  /**
   * Creates it.
   *
   * @param console what else the port serves
   * @param names in lower case, by which the port may be addressed, besides localhost and addresses
   * @param configured who is an administrator without an entry
   * @param refused limits the refusals of each address
   */
  public static AdminApi of(
      ControlReader reader,
      Decisions decisions,
      DeviceErasures erasures,
      DeviceInformation devices,
      ConsoleParts console,
      Optional<ConfiguredCredential> configured,
      Set<String> names,
      InstantSource clock,
      RefusedAddresses refused,
      MeterRegistry metrics) {
    return new AdminApi(
        decisions,
        erasures,
        devices,
        console,
        new KnownAdministrators(reader, configured),
        names,
        clock,
        refused,
        metrics);
  }

  /** Returns what takes decisions on the entries that were read. */
  public static Decisions decisions(ControlReader reader, ControlWriter writer) {
    return new ControlDecisions(reader, writer);
  }

  /** Returns every operation that decides something, or looks at a device. */
  static List<AdminOperation> operations(
      Decisions decisions,
      DeviceErasures erasures,
      DeviceInformation devices,
      InstantSource clock) {
    Response document = OpenApiDocument.response();
    List<AdminOperation> all = new ArrayList<>();
    all.add(AdminOperation.of("GET", OpenApiDocument.PATH, request -> document));
    all.addAll(new TeamOperations(decisions, clock).all());
    all.addAll(new AppOperations(decisions).all());
    all.addAll(new KeyOperations(decisions, clock).all());
    all.addAll(new ApiKeyOperations(decisions, clock).all());
    all.addAll(new IssuerOperations(decisions, clock).all());
    all.addAll(new WebhookOperations(decisions, clock).all());
    all.addAll(new LimitOperations(decisions).all());
    all.addAll(new AdministratorOperations(decisions, clock).all());
    all.addAll(new DeviceOperations(erasures, devices).all());
    return all;
  }

  /** Returns what answers requests. */
  public HttpService service() {
    return service;
  }

  @Override
  public void close() {
    threads.close();
  }
}
