package dev.tidings.ingest.server;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ClosedSessionException;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ShuttingDownException;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import com.linecorp.armeria.server.HttpResponseException;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.tidings.ingest.request.RejectionReason;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what no service got to see, or what one did not expect, in the same words. */
final class ErrorAnswers implements ServerErrorHandler {
  private static final Logger log = LoggerFactory.getLogger(ErrorAnswers.class);

  @Override
  public @Nullable HttpResponse onServiceException(ServiceRequestContext ctx, Throwable cause) {
    if (cause instanceof HttpResponseException e) {
      return e.httpResponse();
    }
    return answer(ctx.request().headers(), reason(ctx, cause)).toHttpResponse();
  }

  private static RejectionReason reason(ServiceRequestContext ctx, Throwable cause) {
    if (cause instanceof HttpStatusException e) {
      return reason(e.httpStatus());
    }
    if (cause instanceof RequestTimeoutException) {
      boolean bodyMissing = !ctx.request().isComplete();
      return bodyMissing ? RejectionReason.IDLE_TIMEOUT : RejectionReason.SERVICE_UNAVAILABLE;
    }
    if (cause instanceof ShuttingDownException) {
      return RejectionReason.SHUTDOWN;
    }
    if (cause instanceof ClosedStreamException || cause instanceof ClosedSessionException) {
      // The client went in the midst of its request, as clients do: nobody reads this answer.
      log.debug("{} left unfinished: {}", ctx.method(), cause.toString());
      return RejectionReason.IDLE_TIMEOUT;
    }
    log.error("unexpected, answered with 500: {}", ctx.method(), cause);
    return RejectionReason.INTERNAL_SERVER_ERROR;
  }

  @Override
  public @Nullable AggregatedHttpResponse onProtocolViolation(
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    return answer(headers, reason(status));
  }

  @Override
  public @Nullable AggregatedHttpResponse renderStatus(
      @Nullable ServiceRequestContext ctx,
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    return answer(headers, reason(status));
  }

  private static AggregatedHttpResponse answer(
      @Nullable RequestHeaders headers, RejectionReason reason) {
    return AggregatedHttpResponse.of(
        Answers.headers(id(headers), reason).build(), Answers.body(reason, OptionalLong.empty()));
  }

  private static NotificationId id(@Nullable RequestHeaders headers) {
    @Nullable String given = headers == null ? null : headers.get(Answers.APNS_ID);
    try {
      return given == null ? NotificationId.random() : NotificationId.parse(given);
    } catch (InvalidValueException e) {
      return NotificationId.random();
    }
  }

  private static RejectionReason reason(HttpStatus status) {
    return switch (status.code()) {
      case 405 -> RejectionReason.METHOD_NOT_ALLOWED;
      case 408 -> RejectionReason.IDLE_TIMEOUT;
      case 413 -> RejectionReason.PAYLOAD_TOO_LARGE;
      case 429 -> RejectionReason.TOO_MANY_REQUESTS;
      case 500 -> RejectionReason.INTERNAL_SERVER_ERROR;
      case 503 -> RejectionReason.SERVICE_UNAVAILABLE;
      // A path, method or length that is no such thing: nobody was meant by it.
      default -> RejectionReason.BAD_PATH;
    };
  }
}
