package dev.tidings.node.log.write;

import dev.tidings.schemas.topic.TopicNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retries writes that have failed: their topic is retried at growing intervals while the others
 * continue, and a record that the log will never accept is refused. For the writer's thread, except
 * {@link #stop}.
 */
final class WriteRetries {
  private static final Logger LOG = LoggerFactory.getLogger(WriteRetries.class);

  /** After so many attempts, about a minute, an unknown failure is attributed to the record. */
  private static final int MAX_UNKNOWN = 12;

  /** Time after which a topic that accepts nothing appears in the readiness report. */
  private static final long WORRY_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final TopicNames names;
  private final WriterProducer producer;
  private final UnacknowledgedWrites given;
  private final PendingWrites pending;
  private final WriterMeters meters;

  /** Topics that accept nothing at the moment, by name. */
  private final Map<String, RetriedTopic> topics = new HashMap<>();

  /** The producer that the brokers refused to know, if that was the last one. */
  private @Nullable Producer<byte[], byte[]> refused;

  private volatile boolean stopping;
  private int refusals;

  WriteRetries(
      TopicNames names,
      WriterProducer producer,
      UnacknowledgedWrites given,
      PendingWrites pending,
      WriterMeters meters) {
    this.names = names;
    this.producer = producer;
    this.given = given;
    this.pending = pending;
    this.meters = meters;
  }

  boolean isEmpty() {
    return topics.isEmpty();
  }

  Set<String> names() {
    return topics.keySet();
  }

  /** The node is stopping: what fails from now on is dropped. On any thread. */
  void stop() {
    stopping = true;
  }

  /** Returns whether the topic is being retried, and has taken the write. */
  boolean take(LogWrite write) {
    @Nullable RetriedTopic topic = topics.isEmpty() ? null : topics.get(names.of(write.topic()));
    if (topic == null) {
      return false;
    }
    topic.add(write);
    return true;
  }

  /** Attempts one record of each topic; the others follow once the log has it. */
  void probe(long now, Consumer<LogWrite> attempt) {
    for (RetriedTopic topic : List.copyOf(topics.values())) {
      @Nullable LogWrite first = topic.isDue(now) ? topic.probe() : null;
      if (first != null) {
        attempt.accept(first);
      }
    }
    topics.values().removeIf(RetriedTopic::isEmpty);
  }

  /**
   * The log has a record of this topic.
   *
   * @return the writes that wait, in order, if it was being retried; null if it was not
   */
  @Nullable List<LogWrite> accepted(LogWrite write) {
    String topic = names.of(write.topic());
    @Nullable RetriedTopic recovered = topics.remove(topic);
    if (recovered == null) {
      return null;
    }
    refused = null;
    LOG.info(
        "{} accepts records again, after {} s",
        topic,
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - recovered.since()));
    return recovered.rest();
  }

  /** A write has failed. */
  void failed(WriteOutcome outcome, Exception failure) {
    String topic = names.of(outcome.write().topic());
    WriteFailure kind = WriteFailure.of(failure);
    if (kind == WriteFailure.UNKNOWN && !producer.isCurrent(outcome.by())) {
      // It says how that producer ended, and nothing of the record.
      kind = WriteFailure.PRODUCER;
    }
    if (failure instanceof AuthenticationException) {
      refused = outcome.by();
    } else if (failure instanceof TimeoutException && outcome.by().equals(refused)) {
      // It may wait for ever for the id that it asked for when its password was wrong.
      kind = WriteFailure.PRODUCER;
    }
    meters.failed(kind);
    @Nullable RetriedTopic before = topics.get(topic);
    if (kind == WriteFailure.FINAL || isHopeless(kind, outcome, before)) {
      if (before != null && outcome.probe()) {
        before.probed();
      }
      refuse(outcome.write(), failure);
    } else if (stopping) {
      LOG.warn(
          "{}: its write is given up, because the node is stopping: {}",
          outcome.write().place(),
          failure.toString());
    } else {
      if (kind == WriteFailure.PRODUCER && outcome.probe() && producer.isCurrent(outcome.by())) {
        producer.replace(failure);
      }
      retryLater(topic, outcome, kind, failure);
    }
  }

  /** Returns whether the same record has failed for an unknown reason time and again. */
  private static boolean isHopeless(
      WriteFailure kind, WriteOutcome outcome, @Nullable RetriedTopic topic) {
    if (topic == null || !outcome.probe()) {
      return false;
    }
    if (kind != WriteFailure.UNKNOWN) {
      topic.resetUnknown();
      return false;
    }
    return topic.countUnknown() >= MAX_UNKNOWN;
  }

  private void retryLater(
      String topic, WriteOutcome outcome, WriteFailure kind, Exception failure) {
    long now = System.nanoTime();
    @Nullable RetriedTopic retried = topics.get(topic);
    if (retried == null) {
      retried = new RetriedTopic(now);
      topics.put(topic, retried);
      given.drain(topic).forEach(retried::add);
    }
    String why =
        kind == WriteFailure.CLOCK
            ? "this machine's clock is not the broker's: " + failure.getMessage()
            : failure.toString();
    retried.urgent(kind == WriteFailure.NOT_ALLOWED || kind == WriteFailure.CLOCK);
    if (retried.failed(outcome.write(), outcome.number(), outcome.probe(), why, now)
        && Integer.bitCount(retried.failures()) == 1) {
      // Logged at doubling intervals: the failure may last for hours.
      LOG.warn(
          "{}: write failed {} times, it is retried, and its topic's others wait: {}",
          outcome.write().place(),
          retried.failures(),
          why);
    }
  }

  private void refuse(LogWrite write, Exception failure) {
    String why = String.valueOf(failure.getMessage());
    // Logged at doubling intervals: refused records may be frequent.
    if (Integer.bitCount(++refusals) == 1) {
      LOG.warn(
          "{}: refused for good, the {}. record since the start: {}", write.place(), refusals, why);
    }
    pending.done(write, () -> write.refused().because(why));
  }

  /** Returns what is to be reported: topics that accept nothing, and for how long already. */
  Stream<String> trouble(long now) {
    return topics.entrySet().stream()
        .filter(
            topic -> topic.getValue().isUrgent() || now - topic.getValue().since() >= WORRY_NANOS)
        .map(topic -> "%s takes nothing: %s".formatted(topic.getKey(), topic.getValue().why()));
  }
}
