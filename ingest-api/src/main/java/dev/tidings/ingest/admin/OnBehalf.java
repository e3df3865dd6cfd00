package dev.tidings.ingest.admin;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpService;
import dev.tidings.http.Request;
import dev.tidings.http.body.Body;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.http.route.Operation;
import dev.tidings.ingest.admin.request.Decisions;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An operation of providers, as an administrator uses it: for every app. What changes something
 * leaves a line in the audit log first, so its body is collected whole.
 */
final class OnBehalf implements HttpService {
  private static final int MOST_BYTES = 256 * 1024;

  private final Operation operation;
  private final Decisions decisions;
  private final AdminThreads threads;
  private final BodyMemory memory;

  OnBehalf(Operation operation, Decisions decisions, AdminThreads threads, BodyMemory memory) {
    this.operation = operation;
    this.decisions = decisions;
    this.threads = threads;
    this.memory = memory;
  }

  @Override
  public BodyReader serve(Request request, Exchange exchange) {
    AdmittedExchange admitted = AdmittedExchange.of(exchange);
    if (operation.method().equals("GET")) {
      return operation.serve(request, admitted);
    }
    if (!admitted.mayChange()) {
      admitted.respond(AdminProblems.readOnly());
      return BodyReader.DROPPED;
    }
    @Nullable String type = request.header(HttpHeaderNames.CONTENT_TYPE);
    // Nothing but one object, whose line names all that is done.
    if (type != null && !OperationService.isJson(type)) {
      admitted.respond(
          AdminProblems.of(
              HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE, "content-type", type, "application/json"));
      return BodyReader.DROPPED;
    }
    return new Body(MOST_BYTES, memory, new Collected(copy(request), admitted), null);
  }

  /** A head is valid only while it is served. */
  private static Request copy(Request head) {
    List<Map.Entry<CharSequence, CharSequence>> headers = new ArrayList<>();
    for (Map.Entry<CharSequence, CharSequence> each : head.headers()) {
      headers.add(Map.entry(each.getKey().toString(), each.getValue().toString()));
    }
    return new Request(head.method(), head.path(), head.query(), headers);
  }

  private final class Collected extends AdmittedExchange.WholeBody {
    private final Request head;
    private final AdmittedExchange exchange;

    Collected(Request head, AdmittedExchange exchange) {
      super(exchange, MOST_BYTES);
      this.head = head;
      this.exchange = exchange;
    }

    @Override
    public void complete(byte[] body) {
      String what = SentWords.of(head, body);
      threads.before(
          () -> decisions.note(exchange.author(), SentWords.entry(head), what),
          () -> exchange.connection().execute(() -> goOn(body)),
          exchange);
    }

    private void goOn(byte[] body) {
      BodyReader reader = operation.serve(head, exchange);
      if (body.length > 0) {
        reader.part(Unpooled.wrappedBuffer(body), true);
      }
      reader.end();
    }
  }
}
