package dev.tidings.node.inbox;

import dev.tidings.service.health.Health;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parked inbox at work: the Streams application whose tasks are the ownership of partitions.
 */
public final class InboxStreams {
  private static final Logger LOG = LoggerFactory.getLogger(InboxStreams.class);

  private final KafkaStreams streams;

  public InboxStreams(
      Properties settings,
      Ownership ownership,
      Supplier<LabelReader> labels,
      Predicate<String> revoked) {
    streams = new KafkaStreams(InboxTopology.of(ownership, labels, revoked), settings);
    streams.setUncaughtExceptionHandler(failure -> {
      LOG.error("parked inbox: a stream thread died and is replaced", failure);
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    });
  }

  public void start() {
    streams.start();
  }

  /** Healthy while tasks run; a rebalance or restoration under way is not. */
  public Health health() {
    KafkaStreams.State state = streams.state();
    return state == KafkaStreams.State.RUNNING
        ? Health.healthy()
        : Health.unhealthy("parked inbox: " + state);
  }

  /**
   * Stops and leaves the group, so that others take over at once and not after the session
   * time-out.
   */
  public void close(Duration timeout) {
    boolean closed =
        streams.close(
            CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(timeout));
    if (!closed) {
      LOG.warn("parked inbox: not closed within {}", timeout);
    }
  }
}
