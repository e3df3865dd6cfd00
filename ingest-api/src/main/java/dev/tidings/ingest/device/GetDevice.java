package dev.tidings.ingest.device;

import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import dev.tidings.ingest.erase.ErasureRequest;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.operation.BlockingAnswers;
import dev.tidings.ingest.operation.BodilessOperations;
import dev.tidings.ingest.operation.BodilessOperations.Asked;
import dev.tidings.ingest.operation.RequestAdmission;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.log.SeldomLog;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /v1/devices/{device}} and {@code …/inbox}. A provider is told what concerns its apps;
 * of a device that has nothing of them it is told as much as of one that does not exist. Where
 * nobody has to prove who he is, everybody is told everything.
 */
public final class GetDevice implements AutoCloseable {
  private static final String DEVICES = "/v1/devices/";
  private static final PathTemplate DEVICE = PathTemplate.of(DEVICES + "{device}");
  private static final PathTemplate INBOX = PathTemplate.of(DEVICES + "{device}/inbox");
  private static final AsciiString SOON = AsciiString.cached("1");

  private final DeviceInformation devices;
  private final Function<ProviderIdentity, List<String>> apps;
  private final BodilessOperations requests;
  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(GetDevice.class));
  private final BlockingAnswers answers =
      new BlockingAnswers("devices", "devices are being looked at", GetDevice::notNow);

  /**
   * Creates the operations.
   *
   * @param apps lists the apps of an identity
   * @param gate checks credentials; empty if everybody may read everything
   */
  public GetDevice(
      DeviceInformation devices,
      Function<ProviderIdentity, List<String>> apps,
      Optional<ProviderGate> gate,
      SendLimits limits) {
    this.devices = devices;
    this.apps = apps;
    this.requests =
        new BodilessOperations(
            new RequestAdmission(gate, limits), "it took too long", GetDevice::notNow);
  }

  /** Returns both. */
  public List<Operation> operations() {
    return List.of(
        get(DEVICE, (device, query, mine) -> devices.device(device, mine)),
        get(
            INBOX,
            (device, query, mine) -> devices.inbox(device, mine, InboxQuery.of(query), DEVICES)));
  }

  /** What is told, to somebody who may know of some apps; null: of all. */
  private interface Telling {
    Response of(DeviceId device, @Nullable String query, @Nullable List<String> apps);
  }

  private Operation get(PathTemplate path, Telling telling) {
    return requests.operation(
        "GET",
        path,
        "device",
        (asked, reader, exchange) ->
            answers.answer(exchange::respond, () -> told(asked, telling, reader)));
  }

  private Response told(Asked asked, Telling telling, Optional<ProviderIdentity> reader) {
    try {
      return telling.of(
          ErasureRequest.device(asked.parameter()), asked.query(), reader.map(apps).orElse(null));
    } catch (InvalidValueException e) {
      return Problem.of(HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage())).response();
    } catch (RuntimeException e) {
      failures.error("a device could not be looked at", e);
      return Problem.of(HttpResponseStatus.INTERNAL_SERVER_ERROR, "see this node's log").response();
    }
  }

  private static Response notNow(String why) {
    return Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, why)
        .response(HttpHeaderNames.RETRY_AFTER, SOON);
  }

  @Override
  public void close() {
    answers.close();
  }
}
