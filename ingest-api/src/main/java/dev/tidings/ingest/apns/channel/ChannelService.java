package dev.tidings.ingest.apns.channel;

import dev.tidings.auth.provider.ProviderDecision;
import dev.tidings.auth.provider.ProviderDecision.Reason;
import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpService;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.body.Body;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.ingest.apns.push.PushMeters;
import dev.tidings.ingest.apns.push.PushResponses;
import dev.tidings.ingest.apns.request.ApnsHeaders;
import dev.tidings.ingest.apns.request.RejectedException;
import dev.tidings.ingest.apns.request.RejectionReason;
import dev.tidings.ingest.apns.request.SenderPermissions;
import dev.tidings.ingest.broadcast.BroadcastDesk;
import dev.tidings.ingest.channel.ChannelDesk;
import dev.tidings.ingest.limit.Exceeded;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.JsonPayload;
import dev.tidings.schemas.value.NotificationId;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /1/apps/{bundle}/channels}, {@code /1/apps/{bundle}/all-channels} and {@code
 * /4/broadcasts/apps/{bundle}}: channels of apps, and what is sent to them, in Apple's protocol. Of
 * other requests another service is asked. Thread-safe; never blocks.
 */
public final class ChannelService implements HttpService {
  private final Parts parts;
  private final BooleanSupplier closing;
  private final @Nullable ProviderGate gate;
  private final HttpService others;

  /**
   * What answers need.
   *
   * @param bodies what incomplete bodies take their memory from
   */
  public record Parts(
      ChannelDesk channels,
      BroadcastDesk broadcasts,
      BodyMemory bodies,
      JsonPayload payloads,
      SendLimits limits,
      PushMeters meters,
      InstantSource clock) {}

  /**
   * Creates the service of one server.
   *
   * @param closing whether to refuse requests because the server is about to stop
   * @param gate checks providers; empty if everybody may do everything
   * @param others answers requests for other paths
   */
  public ChannelService(
      Parts parts, BooleanSupplier closing, Optional<ProviderGate> gate, HttpService others) {
    this.parts = parts;
    this.closing = closing;
    this.gate = gate.orElse(null);
    this.others = others;
  }

  @Override
  public BodyReader serve(Request head, Exchange exchange) {
    if (!ChannelPath.isMeant(head.path())) {
      return others.serve(head, exchange);
    }
    ApnsHeaders headers = ApnsHeaders.of(head.headers());
    @Nullable NotificationId given = id(headers.requestId());
    NotificationId id = given == null ? NotificationId.at(parts.clock().millis()) : given;
    @Nullable String sent = headers.requestId();
    ChannelAnswers answers =
        new ChannelAnswers(given == null || sent == null ? id.value() : sent.strip());
    @Nullable ProviderIdentity provider = null;
    if (gate != null) {
      switch (gate.push(head, exchange)) {
        case ProviderDecision.Accepted(ProviderIdentity identity) -> provider = identity;
        case ProviderDecision.Refused(Reason reason, String _) -> {
          return refuse(exchange, answers, PushResponses.reason(reason));
        }
      }
    }
    @Nullable Exceeded exceeded = parts.limits().request(provider, exchange.connection().client());
    if (exceeded != null) {
      return tooMany(exchange, answers, exceeded);
    }
    boolean validId = given != null || sent == null;
    return serve(head, headers, validId, id, answers, provider, exchange);
  }

  private BodyReader serve(
      Request head,
      ApnsHeaders headers,
      boolean validId,
      NotificationId id,
      ChannelAnswers answers,
      @Nullable ProviderIdentity provider,
      Exchange exchange) {
    ChannelRequest request;
    try {
      SenderPermissions sender =
          provider == null ? SenderPermissions.ANYBODY : SenderPermissions.of(provider);
      request = ChannelCheck.check(head, headers, validId, sender, parts.clock().millis());
    } catch (RejectedException e) {
      return e.reason() == RejectionReason.METHOD_NOT_ALLOWED
          ? refuseMethod(head, exchange, answers)
          : refuse(exchange, answers, e.reason());
    }
    if (closing.getAsBoolean()) {
      exchange.goAway();
      return refuse(exchange, answers, RejectionReason.SHUTDOWN);
    }
    if (request instanceof ChannelRequest.Broadcast) {
      @Nullable Exceeded more =
          parts.limits().broadcast(provider, exchange.connection().client(), request.app().value());
      if (more != null) {
        return tooMany(exchange, answers, more);
      }
    }
    @Nullable String team = provider == null ? null : provider.team();
    return new Body(
        JsonPayload.MAX_CHANNEL_BYTES,
        parts.bodies(),
        new ChannelExchange(parts, request, id, team, answers, exchange),
        request instanceof ChannelRequest.OfOne one ? one.channel() : null);
  }

  private BodyReader refuseMethod(Request head, Exchange exchange, ChannelAnswers answers) {
    try {
      return refuse(
          exchange,
          RejectionReason.METHOD_NOT_ALLOWED,
          answers.refusedMethod(ChannelPath.of(head.path()).kind().methods()));
    } catch (RejectedException e) {
      return refuse(exchange, answers, e.reason());
    }
  }

  private BodyReader tooMany(Exchange exchange, ChannelAnswers answers, Exceeded exceeded) {
    return refuse(exchange, RejectionReason.TOO_MANY_REQUESTS, answers.tooMany(exceeded.fields()));
  }

  private BodyReader refuse(Exchange exchange, ChannelAnswers answers, RejectionReason reason) {
    return refuse(exchange, reason, answers.refused(reason));
  }

  /** Sends a response that does not depend on the body, without waiting for the body. */
  private BodyReader refuse(Exchange exchange, RejectionReason reason, Response response) {
    parts.meters().count(reason);
    exchange.respond(response);
    return BodyReader.DROPPED;
  }

  private static @Nullable NotificationId id(@Nullable String text) {
    try {
      return text == null ? null : NotificationId.parse(text);
    } catch (InvalidValueException e) {
      return null;
    }
  }
}
