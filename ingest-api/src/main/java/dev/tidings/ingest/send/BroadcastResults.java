package dev.tidings.ingest.send;

import dev.tidings.ingest.broadcast.BroadcastResult;
import dev.tidings.ingest.broadcast.NewBroadcast;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.List;

/** Translates the result of writing a broadcast for the one who sent it. */
final class BroadcastResults {
  private static final String LIMIT = "broadcasts";
  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

  /** One that runs may end at any time; most do so within minutes. */
  private static final long ONE_MAY_END_SECONDS = 10;

  private BroadcastResults() {}

  static SendResult of(NewBroadcast broadcast, BroadcastResult result) {
    return result instanceof BroadcastResult.Accepted(long atMillis)
        ? new SendResult.Broadcasting(broadcast, atMillis)
        : new SendResult.Refused(refusal(broadcast.id(), result));
  }

  private static Refusal refusal(NotificationId id, BroadcastResult result) {
    return switch (result) {
      case BroadcastResult.Different _ ->
          Refusal.of(
              HttpResponseStatus.CONFLICT,
              SendDesk.ID_USED,
              List.of(
                  new FieldError(
                      "id", id.value(), "one that no other broadcast has, to whom it may be")),
              id);
      case BroadcastResult.TooMany(int most) ->
          Refusal.of(
              new Refusal.Pause(LIMIT, ONE_MAY_END_SECONDS),
              "limit: %s (expected: at most %d that have not ended)".formatted(LIMIT, most),
              id);
      case BroadcastResult.TooFast(int perMinute, long waitNanos) -> {
        long seconds = Math.max(1, Math.ceilDiv(waitNanos, SECOND_NANOS));
        yield Refusal.of(
            new Refusal.Pause("broadcasts-per-minute", seconds),
            "limit: broadcasts-per-minute (expected: at most %d a minute; again in %d s)"
                .formatted(perMinute, seconds),
            id);
      }
      case BroadcastResult.Busy _ ->
          Refusal.busy("broadcasts-being-written", "too many broadcasts are being written", id);
      case BroadcastResult.Unready _ ->
          Refusal.of(HttpResponseStatus.SERVICE_UNAVAILABLE, "broadcasts are still being read", id);
      case BroadcastResult.NotWritten _ ->
          Refusal.of(
              HttpResponseStatus.SERVICE_UNAVAILABLE,
              "the log has not taken it in time; parts of it may be there nevertheless: send it"
                  + " again with the same id, or stop it",
              id);
      case BroadcastResult.Failed _, BroadcastResult.Accepted _ ->
          Refusal.of(HttpResponseStatus.INTERNAL_SERVER_ERROR, "see this node's log", id);
    };
  }
}
