package dev.tidings.ingest.trace;

import dev.tidings.ingest.http.Answer;
import dev.tidings.ingest.http.Body;
import dev.tidings.ingest.http.BodyReader;
import dev.tidings.ingest.http.Exchange;
import dev.tidings.ingest.http.HttpService;
import dev.tidings.ingest.http.RequestHead;
import dev.tidings.ingest.trace.Trace.Hop;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /v1/notifications/{id}}. What another node has is asked of that node; a request that
 * was passed on is passed on at most once more, and only if it may be meant for a unique id.
 */
public final class TraceService implements HttpService {
  /** What its paths begin with; the id comes behind it. */
  public static final String PATH = "/v1/notifications/";

  /** The parameter of the query that tells where a page begins. */
  static final String FROM = "from=";

  static final AsciiString FORWARDED = AsciiString.cached("tidings-forwarded");
  private static final Logger log = LoggerFactory.getLogger(TraceService.class);
  private static final AsciiString RETRY_AFTER_SECONDS = AsciiString.cached("1");
  private static final int NOTHING_KEPT = 0;
  private static final Pattern MARK = Pattern.compile("[0-9a-f]{16}");

  private final Supplier<Optional<TraceFinder>> traces;
  private final Executor waiting;
  private final Supplier<OtherNodes> nodes;
  private final TraceJson json = new TraceJson();

  /**
   * The service.
   *
   * @param traces empty as long as the service is starting
   * @param waiting threads that may wait; refuses a task when there are too many
   * @param nodes asks other nodes; not fetched before there is one to ask
   */
  public TraceService(
      Supplier<Optional<TraceFinder>> traces, Executor waiting, Supplier<OtherNodes> nodes) {
    this.traces = traces;
    this.waiting = waiting;
    this.nodes = nodes;
  }

  @Override
  public BodyReader serve(RequestHead head, Exchange exchange) {
    Hop hop = hop(head.header(FORWARDED));
    String query = head.query();
    String method = head.method();
    String path = head.path();
    // A GET has no body as a rule; one that has is heard out.
    return new Body(
        NOTHING_KEPT,
        new Body.Taker() {
          @Override
          public void complete(byte[] body) {
            find(method, path.substring(PATH.length()), query, hop, exchange);
          }

          @Override
          public void tooLarge() {
            complete(new byte[0]);
          }

          @Override
          public void noRoom() {
            exchange.answer(busy());
          }

          @Override
          public void aborted() {
            // Nobody is left to be told.
          }

          @Override
          public void timedOut(boolean bodyMissing) {
            exchange.answer(notNow(bodyMissing ? "the request did not end" : "it took too long"));
          }
        });
  }

  private static Hop hop(@Nullable String forwarded) {
    if (forwarded == null) {
      return Hop.NONE;
    }
    return forwarded.equals(Hop.BY_UNIQUE_ID.name()) ? Hop.BY_UNIQUE_ID : Hop.BY_ID;
  }

  private void find(
      String method, String text, @Nullable String query, Hop hop, Exchange exchange) {
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.answer(
          problem(HttpResponseStatus.METHOD_NOT_ALLOWED, "MethodNotAllowed", "expected: GET"));
      return;
    }
    NotificationId id;
    try {
      id = NotificationId.parse(text);
    } catch (InvalidValueException e) {
      exchange.answer(
          problem(HttpResponseStatus.BAD_REQUEST, "BadMessageId", String.valueOf(e.getMessage())));
      return;
    }
    String from = query != null && query.startsWith(FROM) ? query.substring(FROM.length()) : null;
    if (from != null && !MARK.matcher(from).matches()) {
      exchange.answer(
          problem(
              HttpResponseStatus.BAD_REQUEST,
              "BadRequest",
              "from: not what an answer named in next (expected: 16 hexadecimal characters)"));
      return;
    }
    Optional<TraceFinder> finder = traces.get();
    if (finder.isEmpty()) {
      exchange.answer(notNow("the service is starting"));
      return;
    }
    try {
      waiting.execute(() -> find(finder.get(), id, from, hop, exchange));
    } catch (RejectedExecutionException e) {
      exchange.answer(busy());
    }
  }

  private void find(
      TraceFinder finder, NotificationId id, @Nullable String from, Hop hop, Exchange exchange) {
    try {
      switch (finder.find(id, from, hop)) {
        case Trace.Elsewhere elsewhere -> forward(id, from, elsewhere, exchange);
        case Trace found -> exchange.answer(answer(id, found));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.answer(notNow("the service is stopping"));
    } catch (RuntimeException e) {
      log.error("no trace of {}", id, e);
      exchange.answer(
          problem(
              HttpResponseStatus.INTERNAL_SERVER_ERROR,
              "InternalServerError",
              "see this node's log"));
    }
  }

  private Answer answer(NotificationId id, Trace found) {
    return switch (found) {
      case Trace.Found all
          when all.accounts().getFirst() instanceof Trace.Unreadable(var unique, String why) ->
          problem(HttpResponseStatus.BAD_GATEWAY, "UnreadableReceipt", why);
      case Trace.Found all -> answer(HttpResponseStatus.OK, json.found(id, all));
      case Trace.Unknown unknown -> answer(HttpResponseStatus.NOT_FOUND, json.unknown(id, unknown));
      case Trace.Elsewhere elsewhere -> notNow("the trace table's partition is being moved");
      case Trace.NotNow(String why) -> notNow(why);
      case Trace.Busy() -> busy();
    };
  }

  private void forward(
      NotificationId id, @Nullable String from, Trace.Elsewhere elsewhere, Exchange exchange) {
    String query = from == null ? "" : '?' + FROM + from;
    nodes
        .get()
        .ask(elsewhere.node(), PATH + id.value() + query, elsewhere.hop())
        .whenComplete((answer, failure) ->
            exchange.answer(
                failure == null ? answer : notNow("the node that has the trace does not answer")));
  }

  private Answer notNow(String why) {
    return retry(HttpResponseStatus.SERVICE_UNAVAILABLE, json.problem("ServiceUnavailable", why));
  }

  private Answer busy() {
    return retry(
        HttpResponseStatus.TOO_MANY_REQUESTS,
        json.problem("TooManyRequests", "too many traces are being looked for"));
  }

  private static Answer retry(HttpResponseStatus status, byte[] body) {
    return Answer.of(
        status,
        body,
        HttpHeaderNames.RETRY_AFTER,
        RETRY_AFTER_SECONDS,
        HttpHeaderNames.CONTENT_TYPE,
        HttpHeaderValues.APPLICATION_JSON);
  }

  private Answer problem(HttpResponseStatus status, String reason, String message) {
    return answer(status, json.problem(reason, message));
  }

  private static Answer answer(HttpResponseStatus status, byte[] body) {
    return Answer.of(status, body, HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
  }
}
