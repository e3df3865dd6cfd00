package dev.tidings.ingest.send.post;

import dev.tidings.auth.provider.ProviderDecision;
import dev.tidings.auth.provider.ProviderStanding;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.body.Body;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import dev.tidings.ingest.limit.Exceeded;
import dev.tidings.ingest.order.InOrder;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.ingest.provider.RestRefusals;
import dev.tidings.ingest.send.FieldError;
import dev.tidings.ingest.send.NotificationReader;
import dev.tidings.ingest.send.Reading.Checking;
import dev.tidings.ingest.send.Refusal;
import dev.tidings.ingest.send.SendAnswers;
import dev.tidings.ingest.send.SendDesk;
import dev.tidings.ingest.send.SendResult;
import dev.tidings.ingest.send.SendScope;
import dev.tidings.ingest.send.lines.LineRequests;
import dev.tidings.ingest.send.topic.TopicChanges;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/notifications}: one notification, or many in lines of their own. */
public final class PostNotifications implements Operation {
  private static final PathTemplate PATH = PathTemplate.of("/v1/notifications");

  /**
   * What the requests of one connection wait for one another by, for they name their tokens inside:
   * those of another client of a balancer, and those of another team, do not wait for them.
   */
  private record Waiting(InOrder client, @Nullable String team) {}

  private final SendDesk desk;
  private final BodyMemory bodies;
  private final LineRequests lines;
  private final BooleanSupplier closing;
  private final Optional<ProviderGate> gate;

  /**
   * Creates the operation.
   *
   * @param bodies what bodies take that do not come in one piece
   * @param lines what requests with many lines take
   * @param patience how long a line waits for the log to have room
   * @param closing whether to refuse requests because the server is about to stop
   * @param gate checks providers; empty if everybody may send to every app
   */
  public PostNotifications(
      SendDesk desk,
      BodyMemory bodies,
      BodyMemory lines,
      Duration patience,
      BooleanSupplier closing,
      Optional<ProviderGate> gate) {
    this.desk = desk;
    this.bodies = bodies;
    this.lines = new LineRequests(desk, lines, patience);
    this.closing = closing;
    this.gate = gate;
  }

  @Override
  public String method() {
    return "POST";
  }

  @Override
  public PathTemplate path() {
    return PATH;
  }

  /**
   * Returns what has the devices of tokens join and leave topics: requests of the same form.
   *
   * @param clock the time of ids which are made
   */
  public List<Operation> subscribers(InstantSource clock) {
    TopicChanges changes = new TopicChanges(desk, clock);
    return List.of(
        new TopicSubscribers("PUT", true, changes, this),
        new TopicSubscribers("DELETE", false, changes, this));
  }

  @Override
  public BodyReader serve(Request head, Exchange exchange) {
    return serve(head, exchange, notifications());
  }

  /**
   * Serves a request with one thing, or many in lines.
   *
   * @param form decides, once the credential is good, how they are read
   */
  BodyReader serve(Request head, Exchange exchange, Form form) {
    if (gate.isEmpty()) {
      return serve(head, SendScope.ANYBODY, null, exchange, form);
    }
    ProviderGate checking = gate.get();
    return switch (checking.rest(head, exchange)) {
      case ProviderDecision.Accepted(var provider) ->
          serve(head, new SendScope(provider), checking, exchange, form);
      case ProviderDecision.Refused refused -> answer(exchange, RestRefusals.of(refused));
    };
  }

  /** Goes on with a request of a provider who may send what is in its scope. */
  BodyReader serve(
      Request head, SendScope scope, @Nullable ProviderGate checking, Exchange exchange) {
    return serve(head, scope, checking, exchange, notifications());
  }

  private Form notifications() {
    return (_, _) -> new Form.Good(desk::check);
  }

  private BodyReader serve(
      Request head,
      SendScope scope,
      @Nullable ProviderGate checking,
      Exchange exchange,
      Form form) {
    @Nullable Exceeded exceeded = desk.count(scope, exchange.connection().client());
    if (exceeded != null) {
      return refuse(exchange, Refusal.of(exceeded, null));
    }
    if (closing.getAsBoolean()) {
      exchange.goAway();
      return refuse(
          exchange,
          Refusal.of(HttpResponseStatus.SERVICE_UNAVAILABLE, "the service is stopping", null));
    }
    return switch (form.of(head, scope)) {
      case Form.Faulty(Refusal refusal) -> refuse(exchange, refusal);
      case Form.Good(Checking reading) -> serve(head, scope, checking, exchange, reading);
    };
  }

  private BodyReader serve(
      Request head,
      SendScope scope,
      @Nullable ProviderGate checking,
      Exchange exchange,
      Checking reading) {
    return switch (MediaType.of(head)) {
      case JSON -> {
        InOrder order = InOrder.of(exchange.connection());
        yield new Body(
            NotificationReader.MAX_BYTES,
            bodies,
            new SendExchange(desk, reading, scope, exchange, bodies, order),
            new Waiting(order, scope.team()));
      }
      case LINES -> {
        ProviderStanding standing = checking == null ? null : checking.standing(head, exchange);
        yield lines.serve(reading, scope, standing, exchange);
      }
      case OTHER -> unsupported(exchange, head);
    };
  }

  private BodyReader unsupported(Exchange exchange, Request head) {
    @Nullable String coding = head.header(HttpHeaderNames.CONTENT_ENCODING);
    @Nullable String type = head.header(HttpHeaderNames.CONTENT_TYPE);
    FieldError error =
        coding != null
            ? FieldError.of("content-encoding", coding, "none")
            : FieldError.of(
                "content-type", type == null ? "" : type, "one of " + MediaType.ACCEPTED);
    Refusal refusal =
        Refusal.of(HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE, null, List.of(error), null);
    return answer(
        exchange,
        SendAnswers.response(new SendResult.Refused(refusal))
            .with(HttpHeaderNames.ACCEPT, MediaType.ACCEPTED));
  }

  private BodyReader refuse(Exchange exchange, Refusal refusal) {
    return answer(exchange, SendAnswers.response(new SendResult.Refused(refusal)));
  }

  private BodyReader answer(Exchange exchange, Response response) {
    desk.meters().refused(response.status());
    exchange.respond(response);
    return BodyReader.DROPPED;
  }
}
