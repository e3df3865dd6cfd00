package dev.tidings.ingest.device;

import dev.tidings.auth.provider.ProviderDecision;
import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.body.Body;
import dev.tidings.http.body.BodyListener;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import dev.tidings.ingest.erase.ErasureRequest;
import dev.tidings.ingest.limit.Exceeded;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.ingest.provider.RestRefusals;
import dev.tidings.ingest.rest.Refusals;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.log.SeldomLog;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
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
  private static final int NOTHING_KEPT = 0;
  private static final int AT_ONCE = 64;
  private static final AsciiString SOON = AsciiString.cached("1");

  private final DeviceInformation devices;
  private final Function<ProviderIdentity, List<String>> apps;
  private final Optional<ProviderGate> gate;
  private final SendLimits limits;
  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(GetDevice.class));
  private final Semaphore free = new Semaphore(AT_ONCE);
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("devices-", 0).factory());

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
    this.gate = gate;
    this.limits = limits;
  }

  /** Returns both. */
  public List<Operation> operations() {
    return List.of(
        new Get(DEVICE, (device, query, mine) -> devices.device(device, mine)),
        new Get(
            INBOX,
            (device, query, mine) -> devices.inbox(device, mine, InboxQuery.of(query), DEVICES)));
  }

  /** What is told, to somebody who may know of some apps; null: of all. */
  private interface Telling {
    Response of(DeviceId device, @Nullable String query, @Nullable List<String> apps);
  }

  private final class Get implements Operation {
    private final PathTemplate path;
    private final Telling telling;

    Get(PathTemplate path, Telling telling) {
      this.path = path;
      this.telling = telling;
    }

    @Override
    public String method() {
      return "GET";
    }

    @Override
    public PathTemplate path() {
      return path;
    }

    @Override
    public BodyReader serve(Request head, Exchange exchange) {
      @Nullable ProviderIdentity reader = null;
      if (gate.isPresent()) {
        ProviderDecision decision = gate.get().rest(head, exchange);
        if (decision instanceof ProviderDecision.Refused refused) {
          exchange.respond(RestRefusals.of(refused));
          return BodyReader.DROPPED;
        }
        reader = ((ProviderDecision.Accepted) decision).identity();
      }
      @Nullable Exceeded exceeded = limits.request(reader, exchange.connection().client());
      if (exceeded != null) {
        exchange.respond(Refusals.of(exceeded));
        return BodyReader.DROPPED;
      }
      String segment = path.parameter(head.path(), "device");
      String query = head.query();
      @Nullable ProviderIdentity identity = reader;
      return new Body(
          NOTHING_KEPT,
          new BodyListener() {
            @Override
            public void complete(byte[] body) {
              tell(
                  () ->
                      telling.of(
                          ErasureRequest.device(segment),
                          query,
                          identity == null ? null : apps.apply(identity)),
                  exchange);
            }

            @Override
            public void tooLarge() {
              complete(new byte[0]);
            }

            @Override
            public void noRoom() {
              exchange.respond(notNow("too many requests are arriving"));
            }

            @Override
            public void aborted() {
              // The connection is closed; there is no response to send.
            }

            @Override
            public void timedOut(boolean bodyMissing) {
              exchange.respond(
                  notNow(bodyMissing ? "the request did not end" : "it took too long"));
            }
          });
    }
  }

  /** Reading what there is waits for another process. */
  private interface Reading {
    Response read();
  }

  private void tell(Reading reading, Exchange exchange) {
    if (!free.tryAcquire()) {
      exchange.respond(notNow(AT_ONCE + " devices are being looked at"));
      return;
    }
    try {
      threads.execute(() -> {
        try {
          exchange.respond(read(reading));
        } finally {
          free.release();
        }
      });
    } catch (RejectedExecutionException e) {
      free.release();
      exchange.respond(notNow("the service is stopping"));
    }
  }

  private Response read(Reading reading) {
    try {
      return reading.read();
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
    threads.shutdownNow();
  }
}
