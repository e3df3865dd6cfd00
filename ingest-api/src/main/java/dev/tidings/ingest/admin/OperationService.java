package dev.tidings.ingest.admin;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpService;
import dev.tidings.http.Request;
import dev.tidings.http.body.Body;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Collects the requests for one operation, and has them answered in other threads. */
final class OperationService implements HttpService {
  private static final int MOST_BYTES = 64 * 1024;

  private final AdminOperation operation;
  private final AdminThreads threads;
  private final BodyMemory memory;

  OperationService(AdminOperation operation, AdminThreads threads, BodyMemory memory) {
    this.operation = operation;
    this.threads = threads;
    this.memory = memory;
  }

  @Override
  public BodyReader serve(Request request, Exchange exchange) {
    AdmittedExchange admitted = AdmittedExchange.of(exchange);
    if (operation.changes() && !admitted.mayChange()) {
      admitted.respond(AdminProblems.readOnly());
      return BodyReader.DROPPED;
    }
    @Nullable String type = request.header(HttpHeaderNames.CONTENT_TYPE);
    if (operation.hasBody() && !isJson(type)) {
      admitted.respond(
          AdminProblems.of(
              HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
              "content-type",
              type == null ? "missing" : type,
              "application/json"));
      return BodyReader.DROPPED;
    }
    String path = request.path();
    @Nullable String query = request.query();
    @Nullable String host = WebRequestCheck.host(request);
    return new Body(
        MOST_BYTES,
        memory,
        new AdmittedExchange.WholeBody(admitted, MOST_BYTES) {
          @Override
          public void complete(byte[] body) {
            threads.answer(
                operation.handler(),
                new AdminRequest(admitted.author(), host, operation.path(), path, query, body),
                admitted);
          }
        },
        null);
  }

  static boolean isJson(@Nullable String type) {
    if (type == null) {
      return false;
    }
    int parameters = type.indexOf(';');
    String media = parameters < 0 ? type : type.substring(0, parameters);
    return HttpHeaderValues.APPLICATION_JSON
        .toString()
        .equals(media.strip().toLowerCase(Locale.ROOT));
  }
}
