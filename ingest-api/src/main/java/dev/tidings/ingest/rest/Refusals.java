package dev.tidings.ingest.rest;

import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.ingest.limit.Exceeded;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;

/** Creates the responses to requests that are too many. */
public final class Refusals {
  /** To one request too many: {@code limit} names which limit it exceeds. */
  public static Response of(Exceeded exceeded) {
    HttpResponseStatus status = HttpResponseStatus.TOO_MANY_REQUESTS;
    return new Problem(
            status,
            null,
            status.reasonPhrase(),
            exceeded.detail(),
            Map.of("limit", exceeded.kind().text()))
        .response(exceeded.fields());
  }

  private Refusals() {}
}
