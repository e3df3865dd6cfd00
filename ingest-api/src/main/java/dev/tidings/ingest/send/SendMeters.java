package dev.tidings.ingest.send;

import dev.tidings.ingest.accept.AcceptLatency;
import dev.tidings.ingest.accept.NewNotification;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts what became of notifications. Thread-safe. */
public final class SendMeters {
  private static final List<HttpResponseStatus> STATUSES =
      List.of(
          HttpResponseStatus.BAD_REQUEST,
          HttpResponseStatus.UNAUTHORIZED,
          HttpResponseStatus.FORBIDDEN,
          HttpResponseStatus.REQUEST_TIMEOUT,
          HttpResponseStatus.CONFLICT,
          HttpResponseStatus.GONE,
          HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
          HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
          HttpResponseStatus.TOO_MANY_REQUESTS,
          HttpResponseStatus.INTERNAL_SERVER_ERROR,
          HttpResponseStatus.SERVICE_UNAVAILABLE);

  private final AcceptLatency accepted;
  private final Counter repeated;
  private final Counter changes;
  private final Counter heldBack;
  private final Map<HttpResponseStatus, Counter> refused = new HashMap<>();

  public SendMeters(MeterRegistry registry) {
    accepted = new AcceptLatency(registry);
    repeated =
        Counter.builder("tidings.ingest.rest.repeated")
            .description(
                "Notifications sent over REST that were answered as before: the same request was"
                    + " accepted within a day.")
            .register(registry);
    changes =
        Counter.builder("tidings.ingest.topic.changes")
            .description("Joins and leaves of topics that were accepted from providers over REST.")
            .register(registry);
    heldBack =
        Counter.builder("tidings.ingest.lines.held")
            .description(
                "How often a request with many lines was not read for a while: as many as may be"
                    + " had no answer that was sent, or the memory for answers was taken.")
            .register(registry);
    for (HttpResponseStatus status : STATUSES) {
      refused.put(
          status,
          Counter.builder("tidings.ingest.rest.refused")
              .description(
                  "Notifications, and changes of what has joined a topic, sent over REST that were"
                      + " not accepted, by the status of their answer; of many in one request each"
                      + " counts.")
              .tag("status", Integer.toString(status.code()))
              .register(registry));
    }
  }

  /** Returns the statuses that are counted, as their numbers. */
  static List<String> statuses() {
    return STATUSES.stream().map(status -> Integer.toString(status.code())).toList();
  }

  /**
   * Counts one.
   *
   * @param nanos since it began to be read
   */
  public void count(SendResult result, long nanos) {
    switch (result) {
      case SendResult.Accepted(NewNotification notification, long _) -> {
        if (notification.change() == null) {
          accepted.record(nanos);
        } else {
          changes.increment();
        }
      }
      case SendResult.Repeated _ -> repeated.increment();
      case SendResult.Broadcasting _ -> {
        // Counted where they are written; their latency is that of all partitions.
      }
      case SendResult.Checked _, SendResult.BroadcastChecked _ -> {
        // Nothing was sent, and nothing refused.
      }
      case SendResult.Refused(Refusal refusal) -> refused(refusal.status());
    }
  }

  /** A request is not read for a while. */
  public void heldBack() {
    heldBack.increment();
  }

  public void refused(HttpResponseStatus status) {
    Counter counter = refused.get(status);
    if (counter != null) {
      counter.increment();
    }
  }
}
