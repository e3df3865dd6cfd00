package dev.tidings.ingest.send;

import dev.tidings.ingest.limit.Exceeded;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Why a notification is not accepted; the members of the problem (RFC 9457) that an answer has.
 *
 * @param type a URI that identifies the kind of problem; null where the status says it all
 * @param errors what is wrong with members of the request
 * @param exceeded the limit that it exceeds; null for none
 * @param since when the token was revoked, in ms since the epoch
 * @param id of the notification; null if it is unknown
 * @param pause the limit, other than a rate, that it exceeds; null for none
 */
public record Refusal(
    HttpResponseStatus status,
    @Nullable String type,
    String detail,
    List<FieldError> errors,
    @Nullable Exceeded exceeded,
    OptionalLong since,
    @Nullable NotificationId id,
    @Nullable Pause pause)
    implements Reading {
  private static final int SECOND = 1;

  /**
   * Which limit, other than a rate of requests, makes it wait.
   *
   * @param seconds after which it may come again
   */
  public record Pause(String limit, long seconds) {}

  private Refusal(
      HttpResponseStatus status,
      @Nullable String type,
      String detail,
      List<FieldError> errors,
      @Nullable Exceeded exceeded,
      OptionalLong since,
      @Nullable NotificationId id) {
    this(status, type, detail, errors, exceeded, since, id, null);
  }

  /** Without anything more than a status and its reason. */
  public static Refusal of(HttpResponseStatus status, String detail, @Nullable NotificationId id) {
    return new Refusal(status, null, detail, List.of(), null, OptionalLong.empty(), id);
  }

  /** Because of members of the request. */
  public static Refusal of(List<FieldError> errors, @Nullable NotificationId id) {
    return of(HttpResponseStatus.BAD_REQUEST, null, errors, id);
  }

  /** Because of members of the request, with a status of its own. */
  public static Refusal of(
      HttpResponseStatus status,
      @Nullable String type,
      List<FieldError> errors,
      @Nullable NotificationId id) {
    String detail = errors.stream().map(FieldError::toString).collect(Collectors.joining("; "));
    return new Refusal(status, type, detail, List.copyOf(errors), null, OptionalLong.empty(), id);
  }

  /** Because a limit is exceeded. */
  public static Refusal of(Exceeded exceeded, @Nullable NotificationId id) {
    return new Refusal(
        HttpResponseStatus.TOO_MANY_REQUESTS,
        null,
        exceeded.detail(),
        List.of(),
        exceeded,
        OptionalLong.empty(),
        id);
  }

  /**
   * Because this process has too much of something in hand.
   *
   * @param limit of what, as the answer names it
   */
  public static Refusal busy(String limit, String detail, @Nullable NotificationId id) {
    return of(new Pause(limit, SECOND), detail, id);
  }

  /** Because there is no memory to receive it. */
  public static Refusal noMemory(@Nullable NotificationId id) {
    return busy("request-memory", "too many requests are being received", id);
  }

  /** Because of a limit of broadcasts, or of what this process has in hand. */
  static Refusal of(Pause pause, String detail, @Nullable NotificationId id) {
    return new Refusal(
        HttpResponseStatus.TOO_MANY_REQUESTS,
        null,
        detail,
        List.of(),
        null,
        OptionalLong.empty(),
        id,
        pause);
  }

  /** Because the token was revoked. */
  static Refusal revoked(String field, long since, @Nullable NotificationId id) {
    return new Refusal(
        HttpResponseStatus.GONE,
        null,
        field + ": revoked (expected: one that is registered)",
        List.of(),
        null,
        OptionalLong.of(since),
        id);
  }

  /** Returns after how many seconds it may come again; 0 if it need not. */
  long retryAfterSeconds() {
    if (exceeded != null) {
      return exceeded.retryAfterSeconds();
    }
    if (pause != null) {
      return pause.seconds();
    }
    return status.equals(HttpResponseStatus.TOO_MANY_REQUESTS)
            || status.equals(HttpResponseStatus.SERVICE_UNAVAILABLE)
        ? SECOND
        : 0;
  }
}
