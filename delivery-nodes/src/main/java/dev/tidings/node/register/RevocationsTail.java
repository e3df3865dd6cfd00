package dev.tidings.node.register;

import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.Token;
import dev.tidings.service.log.SeldomLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the latest records of {@code revocations} at the start, not all of them, and follows the
 * topic from there. From it a node learns of the revocations by other nodes and by the previous
 * owner.
 */
public final class RevocationsTail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RevocationsTail.class);

  /** The reason in the records of nodes. */
  static final String UNREGISTERED = "unregistered by the device";

  private static final byte[] BY_DEVICE = UNREGISTERED.getBytes(StandardCharsets.UTF_8);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long AFTER_FAILURE_MILLIS = 1_000;

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final RevokedTokens tokens;
  private final int most;
  private final SeldomLog skipped = new SeldomLog(LOG);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().name("revocations").daemon().unstarted(this::run);

  /** The end offsets at the start, as long as they are not reached. Confined to the thread. */
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  private volatile boolean complete;

  /**
   * @param consumer a consumer without a group; owned by this instance
   * @param topic the name of {@code revocations}
   * @param most the number of records to read at the start
   */
  public RevocationsTail(
      Consumer<byte[], byte[]> consumer, String topic, RevokedTokens tokens, int most) {
    this.consumer = consumer;
    this.topic = topic;
    this.tokens = tokens;
    this.most = most;
  }

  public void start() {
    thread.start();
  }

  /** Returns whether the records present at the start have been read. */
  public boolean isComplete() {
    return complete;
  }

  private void run() {
    boolean assigned = false;
    while (closed.getCount() > 0) {
      try {
        if (!assigned) {
          assign();
          assigned = true;
        }
        consumer.poll(POLL).forEach(this::take);
        if (!complete) {
          ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
          complete = ends.isEmpty();
        }
      } catch (WakeupException | InterruptException e) {
        LOG.debug("woken up");
      } catch (RuntimeException e) {
        LOG.warn("revocations cannot be read at the moment, retrying: {}", e.toString());
        pause();
      }
    }
    consumer.close();
  }

  private void assign() {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(found -> new TopicPartition(found.topic(), found.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new KafkaException("no partitions of " + topic);
    }
    ends.putAll(consumer.endOffsets(partitions));
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
    consumer.assign(partitions);
    for (TopicPartition partition : partitions) {
      long last = ends.getOrDefault(partition, 0L) - most / partitions.size();
      consumer.seek(partition, Math.max(beginnings.getOrDefault(partition, 0L), last));
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || record.value() == null) {
      return;
    }
    try {
      String token = new Token(new String(record.key(), StandardCharsets.US_ASCII)).hex();
      if (isByDevice(record.value())) {
        tokens.add(token);
      } else {
        tokens.addForeign(token);
      }
    } catch (InvalidValueException e) {
      skipped.warn(
          "a record whose key is not a token is skipped: %s partition %d offset %d"
              .formatted(record.topic(), record.partition(), record.offset()));
    }
  }

  /** Whether a node wrote the record: its reason, at its end, is the one that nodes give. */
  static boolean isByDevice(byte[] revocation) {
    int from = revocation.length - BY_DEVICE.length;
    return from >= 0
        && Arrays.equals(revocation, from, revocation.length, BY_DEVICE, 0, BY_DEVICE.length);
  }

  private void pause() {
    try {
      if (closed.await(AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.debug("asked to stop");
      }
    } catch (InterruptedException e) {
      LOG.debug("asked to stop");
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed.countDown();
    // Woken up, not interrupted: an interrupt would keep the consumer from closing properly.
    consumer.wakeup();
    thread.join();
  }
}
