package dev.tidings.ingest.receipts;

import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.auth.provider.ProviderStanding;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.StreamingResponse;
import dev.tidings.http.events.EventText;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import dev.tidings.ingest.limit.LimitFields;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.operation.RequestAdmission;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/receipts}: the receipts of an app as an event stream. */
public final class GetReceipts implements Operation {
  private static final PathTemplate PATH = PathTemplate.of("/v1/receipts");
  private static final long SOON_SECONDS = 5;
  private static final AsciiString SOON = AsciiString.cached(Long.toString(SOON_SECONDS));

  private final Supplier<ReceiptStreams> streams;
  private final Optional<ProviderGate> gate;
  private final RequestAdmission admission;
  private final BooleanSupplier closing;

  /**
   * Creates the operation.
   *
   * @param gate checks providers; empty if everybody may read everything
   * @param limits count requests
   * @param closing whether to refuse requests because the server is about to stop
   */
  public GetReceipts(
      Supplier<ReceiptStreams> streams,
      Optional<ProviderGate> gate,
      SendLimits limits,
      BooleanSupplier closing) {
    this.streams = streams;
    this.gate = gate;
    this.admission = new RequestAdmission(gate, limits);
    this.closing = closing;
  }

  @Override
  public String method() {
    return "GET";
  }

  @Override
  public PathTemplate path() {
    return PATH;
  }

  @Override
  public BodyReader serve(Request head, Exchange exchange) {
    return admission.answer(head, exchange, provider -> response(head, exchange, provider));
  }

  private Response response(Request head, Exchange exchange, Optional<ProviderIdentity> provider) {
    long address = exchange.connection().client();
    if (closing.getAsBoolean()) {
      exchange.goAway();
      return Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, "the service is stopping")
          .response(HttpHeaderNames.RETRY_AFTER, SOON);
    }
    StreamQuery asked;
    try {
      asked = StreamQuery.of(head);
    } catch (InvalidValueException e) {
      return Problem.of(HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage())).response();
    } catch (IllegalArgumentException e) {
      return Problem.of(
              HttpResponseStatus.BAD_REQUEST, "query: malformed (expected: percent-encoded UTF-8)")
          .response();
    }
    if (provider.isPresent() && !provider.get().apps().contains(asked.app())) {
      return StreamRequest.notAllowed(asked.app()).response();
    }
    Object owner = provider.isEmpty() ? Long.valueOf(address) : provider.get().team();
    @Nullable ProviderStanding standing =
        gate.map(each -> each.standing(head, exchange)).orElse(null);
    StreamRequest request =
        new StreamRequest(asked.app(), owner, address, asked.from(), asked.sinceMillis(), standing);
    return switch (streams.get().open(request)) {
      case ReceiptStreams.Opening.Opened(ReceiptStream stream) ->
          StreamingResponse.live(EventText.MEDIA_TYPE, stream);
      case ReceiptStreams.Opening.Refused(StreamPlaces.Full full) ->
          notNow(
              full == StreamPlaces.Full.PROCESS
                  ? HttpResponseStatus.SERVICE_UNAVAILABLE
                  : HttpResponseStatus.TOO_MANY_REQUESTS,
              full.text() + ": too many are open",
              full.text());
    };
  }

  private static Response notNow(HttpResponseStatus status, String detail, String limit) {
    return new Problem(status, null, status.reasonPhrase(), detail, Map.of("limit", limit))
        .response(LimitFields.of(limit, SOON_SECONDS));
  }
}
