package dev.tidings.ingest.rest;

import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import dev.tidings.ingest.erase.DeviceErasures;
import dev.tidings.ingest.erase.DeviceErasures.Known;
import dev.tidings.ingest.erase.ErasureAnswers;
import dev.tidings.ingest.erase.ErasureRequest;
import dev.tidings.ingest.limit.LimitFields;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.operation.BlockingAnswers;
import dev.tidings.ingest.operation.BodilessOperations;
import dev.tidings.ingest.operation.RequestAdmission;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.net.limit.RateLimiter;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.log.SeldomLog;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * {@code DELETE /v1/devices/{device}} and {@code GET /v1/erasures/{id}}. A provider has what
 * belongs to its apps erased, and only that: whether the device is known, and to whom, nobody is
 * told. Where nobody has to prove who he is, everybody has whole devices erased.
 */
public final class DeviceErasure implements AutoCloseable {
  private static final int BURST_SECONDS = 10;
  private static final int MOST_TEAMS = 4_096;
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final String ERASURES = "/v1/erasures/";
  private static final String ERASURES_LIMIT = "erasures";
  private static final AsciiString SOON = AsciiString.cached("1");

  private final DeviceErasures erasures;
  private final Function<ProviderIdentity, List<String>> apps;
  private final BodilessOperations requests;
  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(DeviceErasure.class));
  private final RateLimiter<String> pace;
  private final LongSupplier nanoTime;
  private final BlockingAnswers answers =
      new BlockingAnswers("erasures", "erasures are being written", DeviceErasure::notNow);

  /**
   * Creates the operations.
   *
   * @param apps lists the apps of an identity
   * @param gate checks credentials; empty if everybody may do everything
   * @param perSecond how many erasures a team may request in a second
   * @param nanoTime as {@link System#nanoTime}
   */
  public DeviceErasure(
      DeviceErasures erasures,
      Function<ProviderIdentity, List<String>> apps,
      Optional<ProviderGate> gate,
      SendLimits limits,
      int perSecond,
      LongSupplier nanoTime) {
    this.pace =
        new RateLimiter<>(
            BURST_SECONDS * perSecond, RateLimiter.perSecond(perSecond), Duration.ZERO, MOST_TEAMS);
    this.nanoTime = nanoTime;
    this.erasures = erasures;
    this.apps = apps;
    this.requests =
        new BodilessOperations(
            new RequestAdmission(gate, limits),
            "not known yet whether it is in the log: ask again",
            DeviceErasure::notNow);
  }

  /** Returns both. */
  public List<Operation> operations() {
    return List.of(
        requests.operation(
            "DELETE",
            PathTemplate.of("/v1/devices/{device}"),
            "device",
            (asked, owner, exchange) -> erase(asked.parameter(), owner, exchange)),
        requests.operation(
            "GET",
            PathTemplate.of(ERASURES + "{id}"),
            "id",
            (asked, owner, exchange) -> find(asked.parameter(), owner, exchange)));
  }

  private void erase(String segment, Optional<ProviderIdentity> owner, Exchange exchange) {
    DeviceId device;
    try {
      device = ErasureRequest.device(segment);
    } catch (InvalidValueException e) {
      exchange.respond(
          Problem.of(HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage())).response());
      return;
    }
    ErasureRequest request =
        new ErasureRequest(
            device,
            owner.map(ProviderIdentity::team).orElse(null),
            owner.map(apps).orElse(null),
            owner
                .map(who -> "team %s, %s".formatted(who.team(), who.credential()))
                .orElse("anybody"),
            exchange.connection().remoteAddress() instanceof InetSocketAddress address
                    && address.getAddress() != null
                ? address.getAddress().getHostAddress()
                : "unknown");
    long early = pace.tryCount(owner.map(ProviderIdentity::team).orElse(""), nanoTime.getAsLong());
    if (early > 0) {
      exchange.respond(tooMany(Math.ceilDiv(early, SECOND_NANOS)));
      return;
    }
    answers.answer(exchange::respond, () -> written(request));
  }

  private Response written(ErasureRequest request) {
    try {
      String id = erasures.request(request);
      return ErasureAnswers.accepted(id, ERASURES + id);
    } catch (KafkaException e) {
      failures.warn("an erasure may not have been written: " + e);
      return notNow("not known to be in the log: ask again; see this node's log");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return notNow("the service is stopping: ask again");
    } catch (RuntimeException e) {
      failures.error("an erasure could not be written", e);
      return Problem.of(HttpResponseStatus.INTERNAL_SERVER_ERROR, "see this node's log").response();
    }
  }

  private void find(String id, Optional<ProviderIdentity> reader, Exchange exchange) {
    Optional<Known> found =
        erasures.find(id).filter(known -> reader.map(who -> mayRead(who, known)).orElse(true));
    exchange.respond(
        found
            .map(ErasureAnswers::found)
            .orElseGet(() ->
                erasures.isSettled(id)
                    ? Problem.of(
                            HttpResponseStatus.NOT_FOUND,
                            "no such erasure (expected: the id of one of this credential's team)")
                        .response()
                    : ErasureAnswers.notYet()));
  }

  private static boolean mayRead(ProviderIdentity reader, Known known) {
    @Nullable List<String> erased = known.erasure().getApps();
    return reader.team().equals(known.erasure().getTeam())
        && (reader.isTeamWide()
            || (erased != null && erased.stream().allMatch(reader.apps()::contains)));
  }

  private static Response tooMany(long seconds) {
    HttpResponseStatus status = HttpResponseStatus.TOO_MANY_REQUESTS;
    return new Problem(
            status,
            null,
            status.reasonPhrase(),
            "limit: erasures of the team (expected: again in %d s)".formatted(seconds),
            Map.of("limit", ERASURES_LIMIT))
        .response(LimitFields.of(ERASURES_LIMIT, seconds));
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
