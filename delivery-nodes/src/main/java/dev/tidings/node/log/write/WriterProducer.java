package dev.tidings.node.log.write;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The producer, which is replaced when it cannot continue. All pending writes of the old one have
 * come back before the new one sends anything, so that no record overtakes another. For the
 * writer's thread, except {@link #topicRecreated} and {@link #close}.
 */
final class WriterProducer {
  private static final Logger LOG = LoggerFactory.getLogger(WriterProducer.class);

  /** How long the pending writes of a producer are waited for when it is replaced. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final Supplier<Producer<byte[], byte[]>> producers;

  /** Set only by the writer's thread. */
  private volatile Producer<byte[], byte[]> current;

  /** Topics that were recreated and have not been dealt with. */
  private final Queue<String> recreated = new ConcurrentLinkedQueue<>();

  /** Those of them for which no new producer could be created. */
  private final List<String> recreatedLater = new ArrayList<>();

  WriterProducer(Supplier<Producer<byte[], byte[]>> producers) {
    this.producers = producers;
    this.current = producers.get();
  }

  Producer<byte[], byte[]> current() {
    return current;
  }

  boolean isCurrent(Producer<byte[], byte[]> producer) {
    return producer.equals(current);
  }

  /** Replaces a producer that has failed again. */
  void replace(Exception failure) {
    LOG.warn("the producer cannot continue and is replaced: {}", failure.toString());
    var _ = replace(LAST_WORDS);
  }

  /** A topic was deleted and created again. On any thread. */
  void topicRecreated(String topic) {
    recreated.add(topic);
  }

  /**
   * Replaces the producer if it has written to a topic that was recreated.
   *
   * @param given what was written to it
   */
  void replaceAfterRecreation(UnacknowledgedWrites given) {
    @Nullable String topic;
    while ((topic = recreated.poll()) != null) {
      if (given.knows(topic)) {
        LOG.warn("{} was recreated: what it has not acknowledged is written again", topic);
        // At once: to wait for what is never acknowledged is of no use. All of it comes back here.
        if (!replace(Duration.ZERO)) {
          recreatedLater.add(topic);
        }
      }
    }
  }

  /** Those recreated topics are to be tried again for which no new producer could be created. */
  void retryRecreated() {
    recreated.addAll(recreatedLater);
    recreatedLater.clear();
  }

  /** Returns whether there is a new one. */
  private boolean replace(Duration lastWords) {
    Producer<byte[], byte[]> old = current;
    try {
      current = producers.get();
    } catch (KafkaException e) {
      LOG.warn("no new producer can be created, retrying: {}", e.toString());
      return false;
    }
    old.close(lastWords);
    return true;
  }

  void close(Duration timeout) {
    current.close(timeout);
  }
}
