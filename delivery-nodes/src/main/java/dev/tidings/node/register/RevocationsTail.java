package dev.tidings.node.register;

import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.Token;
import dev.tidings.service.kafka.LeaderlessPartitions;
import dev.tidings.service.log.SeldomLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the latest records of {@code revocations} at the start, not all of them, and follows the
 * topic from there. From it a node learns of the revocations by other nodes and by the previous
 * owner.
 */
public final class RevocationsTail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RevocationsTail.class);

  /** The reasons in the records of nodes. */
  static final String UNREGISTERED = "unregistered by the device";

  static final String ERASED = "erased with the device's data";

  private static final byte[] BY_DEVICE = UNREGISTERED.getBytes(StandardCharsets.UTF_8);
  private static final byte[] BY_ERASURE = ERASED.getBytes(StandardCharsets.UTF_8);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long AFTER_FAILURE_MILLIS = 1_000;
  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final Duration LEADER_WAIT = Duration.ofMillis(500);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private static final Comparator<TopicPartition> BY_NUMBER =
      Comparator.comparingInt(TopicPartition::partition);

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final RevokedTokens tokens;
  private final RevocationCheck check;
  private final int most;
  private final Supplier<String> damaged;
  private final AtomicLong unreadable = new AtomicLong();
  private final AtomicLong steps = new AtomicLong();
  private final SeldomLog skipped = new SeldomLog(LOG);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().name("revocations").daemon().unstarted(this::run);

  /** The end offsets at the start, as long as they are not reached. Confined to the thread. */
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  /** The partitions that are not read for want of a leader. Confined to the thread. */
  private Set<TopicPartition> leaderless = Set.of();

  private long nextLook = System.nanoTime();

  private volatile String leaderlessTold = "";
  private volatile BooleanSupplier mayRead = () -> true;
  private volatile boolean complete;

  /**
   * @param consumer a consumer without a group; owned by this instance
   * @param topic the name of {@code revocations}
   * @param check tells revocations from anything else
   * @param most the number of records to read at the start
   * @param damaged returns which partitions are not read because a batch is damaged; empty if none
   */
  public RevocationsTail(
      Consumer<byte[], byte[]> consumer,
      String topic,
      RevokedTokens tokens,
      RevocationCheck check,
      int most,
      Supplier<String> damaged) {
    this.consumer = consumer;
    this.topic = topic;
    this.tokens = tokens;
    this.check = check;
    this.most = most;
    this.damaged = damaged;
  }

  public void start() {
    thread.start();
  }

  /**
   * Asks from now on before each read whether it may read on: what it has read may still have to be
   * noted.
   *
   * @param question for the reading thread, often
   */
  public void askBeforeReading(BooleanSupplier question) {
    mayRead = question;
  }

  /** Returns whether the records present at the start have been read. */
  public boolean isComplete() {
    return complete;
  }

  /**
   * Returns a number that grows with each step until the records present at the start have been
   * read. That the brokers name a partition without a leader, or have a damaged batch, is one as
   * well: another process in place of this one would hear the same.
   */
  public long steps() {
    return steps.get();
  }

  /** Returns what reading waits for; empty if nothing. */
  public String waitsFor() {
    if (complete) {
      return "";
    }
    String why = leaderlessTold.isEmpty() ? damaged.get() : leaderlessTold;
    return why.isEmpty() ? "revocations are still being read" : "revocations: " + why;
  }

  /** Returns the number of records that are no revocations, and were skipped. */
  public long unreadable() {
    return unreadable.get();
  }

  private void run() {
    while (closed.getCount() > 0) {
      try {
        if (!complete) {
          beginOthers();
        }
        if (!mayRead.getAsBoolean() || consumer.assignment().isEmpty()) {
          pause();
          continue;
        }
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        records.forEach(this::take);
        if (!complete) {
          steps.addAndGet(damaged.get().isEmpty() ? records.count() : records.count() + 1);
          ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
          complete = ends.isEmpty() && leaderless.isEmpty();
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

  /** Begins to read the partitions that are not read yet, as far as they have a leader. */
  private void beginOthers() {
    if (System.nanoTime() - nextLook < 0) {
      return;
    }
    Set<TopicPartition> others = new TreeSet<>(BY_NUMBER);
    consumer
        .partitionsFor(topic)
        .forEach(found -> others.add(new TopicPartition(found.topic(), found.partition())));
    if (others.isEmpty()) {
      throw new KafkaException("no partitions of " + topic);
    }
    int count = others.size();
    others.removeAll(consumer.assignment());
    Set<TopicPartition> without = new TreeSet<>(BY_NUMBER);
    without.addAll(LeaderlessPartitions.of(consumer, topic));
    without.retainAll(others);
    others.removeAll(without);
    if (!others.isEmpty()) {
      begin(others, count, ANSWER);
    }
    if (!without.isEmpty()) {
      // Asked all the same: this is how the consumer learns that there is a leader again.
      TopicPartition first = without.iterator().next();
      try {
        begin(Set.of(first), count, LEADER_WAIT);
        without.remove(first);
      } catch (TimeoutException e) {
        steps.incrementAndGet();
        LOG.debug("{} does not answer", first);
      }
    }
    tellLeaderless(without);
    nextLook = System.nanoTime() + BETWEEN_LOOKS.toNanos();
  }

  private void tellLeaderless(Set<TopicPartition> now) {
    if (!now.isEmpty() && leaderless.isEmpty()) {
      LOG.warn("revocations: {}; it is waited for", LeaderlessPartitions.told(now));
    }
    leaderless = Set.copyOf(now);
    leaderlessTold = now.isEmpty() ? "" : LeaderlessPartitions.told(now);
  }

  private void begin(Set<TopicPartition> partitions, int count, Duration patience) {
    Map<TopicPartition, Long> last = consumer.endOffsets(partitions, patience);
    Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions, patience);
    Set<TopicPartition> all = new HashSet<>(consumer.assignment());
    all.addAll(partitions);
    consumer.assign(all);
    for (TopicPartition partition : partitions) {
      long end = last.getOrDefault(partition, 0L);
      ends.put(partition, end);
      consumer.seek(partition, Math.max(first.getOrDefault(partition, 0L), end - most / count));
    }
    steps.addAndGet(partitions.size());
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    byte @Nullable [] value = record.value();
    if (value == null) {
      return;
    }
    Optional<String> token = token(record.key());
    if (token.isEmpty() || !check.isOne(value)) {
      unreadable.incrementAndGet();
      skipped.warn(
          "a record that is not a revocation is skipped: %s partition %d offset %d"
              .formatted(record.topic(), record.partition(), record.offset()));
    } else if (isByDevice(value)) {
      tokens.add(token.get());
    } else if (endsWith(value, BY_ERASURE)) {
      tokens.addErased(token.get());
    } else {
      tokens.addForeign(token.get());
    }
  }

  private static Optional<String> token(byte @Nullable [] key) {
    try {
      return Optional.ofNullable(key)
          .map(bytes -> new Token(new String(bytes, StandardCharsets.US_ASCII)).hex());
    } catch (InvalidValueException e) {
      return Optional.empty();
    }
  }

  /** Whether a node wrote the record for a device: its reason, at its end, says so. */
  static boolean isByDevice(byte[] revocation) {
    return endsWith(revocation, BY_DEVICE);
  }

  private static boolean endsWith(byte[] revocation, byte[] reason) {
    int from = revocation.length - reason.length;
    return from >= 0
        && Arrays.equals(revocation, from, revocation.length, reason, 0, reason.length);
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
