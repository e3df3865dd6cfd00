package dev.tidings.ingest.apns.push;

import dev.tidings.auth.provider.ProviderDecision;
import dev.tidings.auth.provider.ProviderDecision.Reason;
import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpService;
import dev.tidings.http.Request;
import dev.tidings.http.body.Body;
import dev.tidings.ingest.accept.NewNotification;
import dev.tidings.ingest.apns.request.CheckResult;
import dev.tidings.ingest.apns.request.Outcome;
import dev.tidings.ingest.apns.request.RejectionReason;
import dev.tidings.ingest.apns.request.SenderPermissions;
import dev.tidings.ingest.limit.Exceeded;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.NotificationId;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /3/device/{token}}, and {@link RejectionReason#BAD_PATH} for every request that no
 * other service answers.
 */
public final class PushService implements HttpService {
  private final PushPipeline pipeline;
  private final BooleanSupplier closing;
  private final @Nullable ProviderGate gate;
  private final SendLimits limits;

  /**
   * Creates the service of one server.
   *
   * @param closing whether to refuse requests because the server is about to stop
   * @param gate checks providers; empty if everybody may send to every app
   * @param limits how much they may send; asked before a body is kept
   */
  public PushService(
      PushPipeline pipeline,
      BooleanSupplier closing,
      Optional<ProviderGate> gate,
      SendLimits limits) {
    this.pipeline = pipeline;
    this.closing = closing;
    this.gate = gate.orElse(null);
    this.limits = limits;
  }

  @Override
  public BodyReader serve(Request head, Exchange exchange) {
    if (gate == null) {
      return serve(head, null, SenderPermissions.ANYBODY, exchange);
    }
    return switch (gate.push(head, exchange)) {
      case ProviderDecision.Accepted(ProviderIdentity provider) ->
          serve(head, provider, SenderPermissions.of(provider), exchange);
      case ProviderDecision.Refused(Reason reason, String _) ->
          answer(
              exchange,
              pipeline.requests().rejected(head.headers(), PushResponses.reason(reason)),
              head.header(PushResponses.APNS_ID));
    };
  }

  private BodyReader serve(
      Request head,
      @Nullable ProviderIdentity provider,
      SenderPermissions sender,
      Exchange exchange) {
    @Nullable Exceeded exceeded = limits.request(provider, exchange.connection().client());
    if (exceeded != null) {
      NotificationId id =
          pipeline.requests().rejected(head.headers(), RejectionReason.TOO_MANY_REQUESTS).id();
      return tooMuch(exchange, id, UniqueId.of(id, null), exceeded, head);
    }
    String path = head.query() == null ? head.path() : head.path() + '?' + head.query();
    CheckResult checkResult =
        pipeline.requests().check(head.method(), path, head.headers(), sender);
    @Nullable String sent = head.header(PushResponses.APNS_ID);
    return switch (checkResult) {
      case Outcome.Rejected rejected -> answer(exchange, rejected, sent);
      case CheckResult.Valid valid when closing.getAsBoolean() ->
          turnAway(exchange, valid.notification(), sent);
      case CheckResult.Valid valid -> {
        NewNotification notification = valid.notification();
        @Nullable Exceeded more =
            limits.notification(
                provider,
                exchange.connection().client(),
                notification.app().value(),
                notification.token().hex());
        yield more == null
            ? new Body(
                valid.maxPayloadBytes(),
                pipeline.bodies(),
                new PushExchange(pipeline, notification, sent, exchange),
                notification.token())
            : tooMuch(exchange, notification.id(), notification.unique(), more, head);
      }
    };
  }

  /** Refuses a request that exceeds a limit; its body is not kept. */
  private BodyReader tooMuch(
      Exchange exchange, NotificationId id, UniqueId unique, Exceeded exceeded, Request head) {
    Outcome.Overloaded outcome =
        new Outcome.Overloaded(id, unique, RejectionReason.TOO_MANY_REQUESTS);
    pipeline.meters().count(outcome, 0);
    exchange.respond(
        PushResponses.of(outcome, head.header(PushResponses.APNS_ID), exceeded.fields()));
    return BodyReader.DROPPED;
  }

  /**
   * Refuses a request, with GOAWAY or {@code connection: close}, so that the next one goes to
   * another node.
   */
  private BodyReader turnAway(
      Exchange exchange, NewNotification notification, @Nullable String sentId) {
    exchange.goAway();
    Outcome outcome =
        new Outcome.Overloaded(notification.id(), notification.unique(), RejectionReason.SHUTDOWN);
    return answer(exchange, outcome, sentId);
  }

  /** Sends a response that does not depend on the body, without waiting for the body. */
  private BodyReader answer(Exchange exchange, Outcome outcome, @Nullable String sentId) {
    pipeline.meters().count(outcome, 0);
    exchange.respond(PushResponses.of(outcome, sentId));
    return BodyReader.DROPPED;
  }
}
