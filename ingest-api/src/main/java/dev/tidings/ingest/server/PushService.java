package dev.tidings.ingest.server;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.stream.SubscriptionOption;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.tidings.ingest.request.Checked;
import dev.tidings.ingest.request.Outcome;
import dev.tidings.ingest.request.PushRequest;
import dev.tidings.ingest.request.RejectionReason;
import java.util.function.BooleanSupplier;

/**
 * {@code POST /3/device/{token}}, and with {@link RejectionReason#BAD_PATH} everything that nobody
 * else answers.
 */
public final class PushService implements HttpService {
  private static final int RETRY_AFTER_SECONDS = 1;
  private static final int NOTHING_KEPT = 0;

  private final PushPipeline pipeline;
  private final BooleanSupplier closing;

  /**
   * The service of one server.
   *
   * @param closing whether requests are to be turned away because the server is about to stop
   */
  public PushService(PushPipeline pipeline, BooleanSupplier closing) {
    this.pipeline = pipeline;
    this.closing = closing;
  }

  @Override
  public ExchangeType exchangeType(RoutingContext routing) {
    // The body is bounded while it arrives, so it is not Armeria that gathers it.
    return ExchangeType.REQUEST_STREAMING;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
    Checked checked =
        pipeline.requests().check(request.method().name(), ctx.path(), request.headers());
    return switch (checked) {
      case Outcome.Rejected rejected -> answer(ctx, request, rejected);
      case PushRequest push when closing.getAsBoolean() -> goodbye(ctx, request, push);
      case PushRequest push when !pipeline.inFlight().enter() ->
          answer(ctx, request, overloaded(push, RejectionReason.TOO_MANY_REQUESTS));
      case PushRequest push -> accept(ctx, request, push);
    };
  }

  private HttpResponse accept(ServiceRequestContext ctx, HttpRequest request, PushRequest push) {
    PushExchange exchange = new PushExchange(pipeline, push);
    read(ctx, request, new Body(push.maxPayloadBytes(), exchange));
    return exchange.response();
  }

  /** Says by GOAWAY, or {@code connection: close}, that the next request is for another node. */
  private HttpResponse goodbye(ServiceRequestContext ctx, HttpRequest request, PushRequest push) {
    ctx.initiateConnectionShutdown();
    return answer(ctx, request, overloaded(push, RejectionReason.SHUTDOWN));
  }

  private HttpResponse answer(ServiceRequestContext ctx, HttpRequest request, Outcome outcome) {
    pipeline.meters().count(outcome, 0);
    EarlyAnswer early = new EarlyAnswer(outcome);
    read(ctx, request, new Body(NOTHING_KEPT, early));
    return early.response();
  }

  private static void read(ServiceRequestContext ctx, HttpRequest request, Body body) {
    request.subscribe(body, ctx.eventLoop(), SubscriptionOption.WITH_POOLED_OBJECTS);
  }

  private static Outcome overloaded(PushRequest push, RejectionReason reason) {
    return new Outcome.Overloaded(push.id(), reason, RETRY_AFTER_SECONDS);
  }
}
