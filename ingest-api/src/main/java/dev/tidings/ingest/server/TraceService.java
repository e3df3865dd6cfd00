package dev.tidings.ingest.server;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.tidings.ingest.trace.Trace;
import dev.tidings.ingest.trace.TraceFinder;
import dev.tidings.ingest.trace.TraceJson;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import io.netty.util.AsciiString;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /v1/notifications/{id}}. What another node has is asked of that node, once: a request
 * that was passed on already is not passed on again.
 */
public final class TraceService implements HttpService {
  public static final String PATH = "/v1/notifications/{id}";
  static final AsciiString FORWARDED = AsciiString.cached("tidings-forwarded");
  private static final Logger log = LoggerFactory.getLogger(TraceService.class);
  private static final String RETRY_AFTER_SECONDS = "1";

  private final Supplier<Optional<TraceFinder>> traces;
  private final Executor waiting;
  private final Supplier<WebClient> nodes;
  private final TraceJson json = new TraceJson();

  /**
   * The service.
   *
   * @param traces empty as long as the service is starting
   * @param waiting threads that may wait; refuses a task when there are too many
   * @param nodes asks other nodes, with a time-out; not fetched before there is one to ask
   */
  public TraceService(
      Supplier<Optional<TraceFinder>> traces, Executor waiting, Supplier<WebClient> nodes) {
    this.traces = traces;
    this.waiting = waiting;
    this.nodes = nodes;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
    if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
      return problem(HttpStatus.METHOD_NOT_ALLOWED, "MethodNotAllowed", "expected: GET");
    }
    NotificationId id;
    try {
      id = NotificationId.parse(String.valueOf(ctx.pathParam("id")));
    } catch (InvalidValueException e) {
      return problem(HttpStatus.BAD_REQUEST, "BadMessageId", String.valueOf(e.getMessage()));
    }
    Optional<TraceFinder> finder = traces.get();
    if (finder.isEmpty()) {
      return notNow("the service is starting");
    }
    boolean forwarded = request.headers().contains(FORWARDED);
    CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
    try {
      waiting.execute(() -> answer.complete(find(finder.get(), id, forwarded)));
    } catch (RejectedExecutionException e) {
      return busy();
    }
    return HttpResponse.of(answer);
  }

  private HttpResponse find(TraceFinder finder, NotificationId id, boolean forwarded) {
    try {
      return switch (finder.find(id)) {
        case Trace.Receipted(var receipt) -> answer(HttpStatus.OK, json.receipted(receipt));
        case Trace.Underway underway -> answer(HttpStatus.OK, json.underway(id, underway));
        case Trace.Unknown unknown -> answer(HttpStatus.NOT_FOUND, json.unknown(id, unknown));
        case Trace.Elsewhere(HostInfo node) when !forwarded -> forward(id, node);
        case Trace.Elsewhere(HostInfo node) -> notNow("the trace table's partition is being moved");
        case Trace.NotNow(String why) -> notNow(why);
        case Trace.Busy() -> busy();
        case Trace.Unreadable(String why) ->
            problem(HttpStatus.BAD_GATEWAY, "UnreadableReceipt", why);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return notNow("the service is stopping");
    } catch (RuntimeException e) {
      log.error("no trace of {}", id, e);
      return problem(
          HttpStatus.INTERNAL_SERVER_ERROR, "InternalServerError", "see this node's log");
    }
  }

  private HttpResponse forward(NotificationId id, HostInfo node) {
    String url = "h2c://" + node.host() + ":" + node.port() + "/v1/notifications/" + id.value();
    return HttpResponse.of(
        nodes
            .get()
            .prepare()
            .get(url)
            .header(FORWARDED, "1")
            .execute()
            .aggregate()
            .handle((answer, failure) -> failure == null ? passOn(answer) : away(node, failure)));
  }

  private static HttpResponse passOn(AggregatedHttpResponse answer) {
    return answer.toHttpResponse();
  }

  private HttpResponse away(HostInfo node, Throwable failure) {
    log.debug(
        "{}:{} has a trace and does not tell: {}", node.host(), node.port(), failure.toString());
    return notNow("the node that has the trace does not answer");
  }

  private HttpResponse notNow(String why) {
    return answer(retry(HttpStatus.SERVICE_UNAVAILABLE), json.problem("ServiceUnavailable", why));
  }

  private HttpResponse busy() {
    return answer(
        retry(HttpStatus.TOO_MANY_REQUESTS),
        json.problem("TooManyRequests", "too many traces are being looked for"));
  }

  private HttpResponse problem(HttpStatus status, String reason, String message) {
    return answer(status, json.problem(reason, message));
  }

  private static ResponseHeadersBuilder retry(HttpStatus status) {
    return ResponseHeaders.builder(status).add(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
  }

  private static HttpResponse answer(HttpStatus status, byte[] body) {
    return answer(ResponseHeaders.builder(status), body);
  }

  private static HttpResponse answer(ResponseHeadersBuilder headers, byte[] body) {
    return HttpResponse.of(headers.contentType(MediaType.JSON).build(), HttpData.wrap(body));
  }
}
