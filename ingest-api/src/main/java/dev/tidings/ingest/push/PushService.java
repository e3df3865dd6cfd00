package dev.tidings.ingest.push;

import dev.tidings.http.Body;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpService;
import dev.tidings.http.Request;
import dev.tidings.ingest.request.CheckResult;
import dev.tidings.ingest.request.CheckedPush;
import dev.tidings.ingest.request.Outcome;
import dev.tidings.ingest.request.RejectionReason;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /3/device/{token}}, and {@link RejectionReason#BAD_PATH} for every request that no
 * other service answers.
 */
public final class PushService implements HttpService {

  private final PushPipeline pipeline;
  private final BooleanSupplier closing;

  /**
   * Creates the service of one server.
   *
   * @param closing whether to refuse requests because the server is about to stop
   */
  public PushService(PushPipeline pipeline, BooleanSupplier closing) {
    this.pipeline = pipeline;
    this.closing = closing;
  }

  @Override
  public BodyReader serve(Request head, Exchange exchange) {
    String path = head.query() == null ? head.path() : head.path() + '?' + head.query();
    CheckResult checkResult = pipeline.requests().check(head.method(), path, head.headers());
    @Nullable String sent = head.header(PushResponses.APNS_ID);
    return switch (checkResult) {
      case Outcome.Rejected rejected -> answer(exchange, rejected, sent);
      case CheckedPush push when closing.getAsBoolean() -> turnAway(exchange, push, sent);
      case CheckedPush push ->
          new Body(
              push.maxPayloadBytes(),
              pipeline.bodies(),
              new PushExchange(pipeline, push, sent, exchange),
              push.token());
    };
  }

  /**
   * Refuses a request, with GOAWAY or {@code connection: close}, so that the next one goes to
   * another node.
   */
  private BodyReader turnAway(Exchange exchange, CheckedPush push, @Nullable String sentId) {
    exchange.goAway();
    return answer(exchange, overloaded(push, RejectionReason.SHUTDOWN), sentId);
  }

  /** Sends a response that does not depend on the body, without waiting for the body. */
  private BodyReader answer(Exchange exchange, Outcome outcome, @Nullable String sentId) {
    pipeline.meters().count(outcome, 0);
    exchange.respond(PushResponses.of(outcome, sentId));
    return BodyReader.DROPPED;
  }

  private static Outcome overloaded(CheckedPush push, RejectionReason reason) {
    return new Outcome.Overloaded(push.id(), push.unique(), reason);
  }
}
