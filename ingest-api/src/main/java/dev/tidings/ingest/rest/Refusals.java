package dev.tidings.ingest.rest;

import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.ingest.limit.Exceeded;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Creates the responses to requests that are too many, or for something of other apps. */
public final class Refusals {
  private static final HttpResponseStatus FORBIDDEN = HttpResponseStatus.FORBIDDEN;

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

  /**
   * To a request for something of other apps.
   *
   * @param next the mark at which there is more that may be of this one; null if there is not
   */
  static Response otherApp(NotificationId id, @Nullable String next) {
    return next == null
        ? Problem.of(
                FORBIDDEN,
                "the notification is not of an app of this credential (expected: one that is)")
            .response()
        : new Problem(
                FORBIDDEN,
                null,
                FORBIDDEN.reasonPhrase(),
                "none of those looked at is of an app of this credential (expected: one that is)",
                Map.of("next", GetTrace.pathOf(id, next)))
            .response();
  }

  private Refusals() {}
}
