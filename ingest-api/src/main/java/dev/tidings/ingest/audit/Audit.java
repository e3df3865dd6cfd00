package dev.tidings.ingest.audit;

import dev.tidings.service.log.SeldomLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code notifications} once more, behind all others, and looks for the receipt of each. The
 * processes share the partitions as a consumer group; what they find is in the offsets that they
 * commit, so that it outlives them. Runs in a thread of its own, which never stops for a failure.
 */
final class Audit implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration TO_COMMIT = Duration.ofSeconds(4);
  private static final Duration TO_CLOSE = Duration.ofSeconds(2);
  private static final Duration TO_STOP = Duration.ofSeconds(3);
  private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long VIEW_NANOS = Duration.ofSeconds(3).toNanos();
  private static final double NANOS_PER_SECOND = 1e9;

  private final Supplier<Consumer<byte[], byte[]>> members;
  private final String topic;
  private final String group;
  private final LogPositions log;
  private final Horizon horizon;
  private final AuditReading reading;
  private final int rate;
  private final InstantSource clock;
  private final SeldomLog problems = new SeldomLog(LoggerFactory.getLogger(Audit.class));
  private final Thread thread = Thread.ofPlatform().name("audit").daemon().unstarted(this::run);
  private volatile boolean closing;
  private volatile @Nullable Consumer<byte[], byte[]> member;

  private volatile Optional<AuditView> view = Optional.empty();
  private volatile int differences;
  private volatile long checked;
  private volatile long until;

  // The rest is confined to the thread.
  private final Map<Integer, OffsetAndMetadata> committed = new HashMap<>();
  private Uuid id = Uuid.ZERO_UUID;
  private long nextLook = System.nanoTime();
  private long nextRead = nextLook;
  private long nextView = nextLook;

  /**
   * @param topic the name of {@code notifications}
   * @param rate how many notifications are looked up in a second, at most
   */
  Audit(
      Supplier<Consumer<byte[], byte[]>> members,
      String topic,
      String group,
      LogPositions log,
      Horizon horizon,
      AuditReading reading,
      int rate,
      InstantSource clock) {
    this.members = members;
    this.topic = topic;
    this.group = group;
    this.log = log;
    this.horizon = horizon;
    this.reading = reading;
    this.rate = rate;
    this.clock = clock;
    this.until = clock.millis();
  }

  void start() {
    thread.start();
  }

  /** Returns what all processes have found; empty until it is known. */
  Optional<AuditView> view() {
    return view;
  }

  /** Returns how many notifications have no receipt, of the partitions of this process. */
  int differences() {
    return differences;
  }

  /** Returns how many records this process has compared. */
  long checked() {
    return checked;
  }

  /** Returns how long ago those were accepted that come next, in seconds. */
  double behindSeconds() {
    return Math.max(0, clock.millis() - until) / 1e3;
  }

  private void run() {
    try {
      while (!closing) {
        try {
          turn();
        } catch (WakeupException e) {
          // Asked to stop.
        } catch (InterruptException e) {
          break;
        } catch (KafkaException e) {
          problems.warn("the audit waits: " + e);
          again();
        } catch (RuntimeException | Error e) {
          problems.error("audit: unexpected failure, it goes on", e);
          again();
        }
      }
    } catch (InterruptedException e) {
      // Asked to stop.
    }
    leave();
  }

  private void again() throws InterruptedException {
    leave();
    if (!closing) {
      Thread.sleep(AFTER_FAILURE);
    }
  }

  private void turn() throws InterruptedException {
    Consumer<byte[], byte[]> is = member;
    if (is == null) {
      id = log.id(topic);
      horizon.restart(id);
      is = members.get();
      member = is;
      is.subscribe(List.of(topic), new Listener(is));
    }
    choose(is);
    take(is, is.poll(POLL));
    if (System.nanoTime() - nextLook >= 0) {
      nextLook = System.nanoTime() + LOOK_NANOS;
      look(is);
    }
    differences = reading.differences();
    checked = reading.checked();
    until = reading.until(clock.millis());
  }

  private void choose(Consumer<byte[], byte[]> is) {
    boolean due = System.nanoTime() - nextRead >= 0;
    Set<TopicPartition> wanted = new HashSet<>();
    Set<TopicPartition> others = new HashSet<>();
    for (TopicPartition each : is.assignment()) {
      (due && reading.isWanted(each.partition()) ? wanted : others).add(each);
    }
    is.pause(others);
    is.resume(wanted);
  }

  private void take(Consumer<byte[], byte[]> is, ConsumerRecords<byte[], byte[]> records)
      throws InterruptedException {
    long cost = (long) (records.count() * NANOS_PER_SECOND / rate);
    nextRead = cost == 0 ? nextRead : Math.max(nextRead, System.nanoTime()) + cost;
    int count = is.partitionsFor(topic).size();
    Set<TopicPartition> paused = is.paused();
    for (TopicPartition each : is.assignment()) {
      if (!paused.contains(each)) {
        long behind = is.position(each);
        long next =
            reading.take(each.partition(), count, records.records(each), behind, clock.millis());
        if (next != behind) {
          is.seek(each, next);
        }
      }
    }
  }

  private void look(Consumer<byte[], byte[]> is) throws InterruptedException {
    reading.tryAgain();
    if (horizon.advance(clock.millis())) {
      Uuid now = log.id(topic);
      if (!now.equals(id)) {
        throw new KafkaException(topic + " is another topic than it was");
      }
      reading.lookAgain(clock.millis(), () -> closing);
    }
    if (commit(is) || System.nanoTime() - nextView >= 0) {
      nextView = System.nanoTime() + VIEW_NANOS;
      view = AuditView.of(log.committed(group, topic), is.partitionsFor(topic).size());
    }
  }

  /**
   * Commits what has changed, and returns whether anything has. While others join or leave the
   * group nothing can be committed: that is no failure, and goes by if this member stays.
   */
  private boolean commit(Consumer<byte[], byte[]> is) {
    Map<TopicPartition, OffsetAndMetadata> changed = new HashMap<>();
    reading
        .places()
        .forEach((partition, place) -> {
          if (!place.equals(committed.get(partition))) {
            changed.put(new TopicPartition(topic, partition), place);
          }
        });
    if (changed.isEmpty()) {
      return false;
    }
    try {
      is.commitSync(changed, TO_COMMIT);
    } catch (RebalanceInProgressException e) {
      return false;
    }
    changed.forEach((partition, place) -> committed.put(partition.partition(), place));
    return true;
  }

  private final class Listener implements ConsumerRebalanceListener {
    private final Consumer<byte[], byte[]> of;

    private Listener(Consumer<byte[], byte[]> of) {
      this.of = of;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
      Set<TopicPartition> all = Set.copyOf(assigned);
      Map<TopicPartition, OffsetAndMetadata> places = of.committed(all);
      Map<TopicPartition, Long> beginnings = of.beginningOffsets(all);
      Map<TopicPartition, Long> ends = of.endOffsets(all);
      for (TopicPartition each : all) {
        of.seek(
            each,
            reading.assigned(
                each.partition(),
                places.get(each),
                id,
                beginnings.getOrDefault(each, 0L),
                ends.getOrDefault(each, 0L),
                clock.millis()));
      }
      of.pause(all);
      // Who begins at the present says so at once: it would begin later after a crash.
      var _ = commit(of);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
      try {
        var _ = commit(of);
      } catch (KafkaException e) {
        problems.warn("the audit of some partitions is repeated in part: " + e);
      }
      onPartitionsLost(revoked);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
      lost.forEach(each -> {
        reading.revoked(each.partition());
        committed.remove(each.partition());
      });
    }
  }

  /** Leaves the group; others go on where this process has come to. */
  private void leave() {
    Consumer<byte[], byte[]> was = member;
    member = null;
    try {
      if (was != null) {
        was.close(CloseOptions.timeout(TO_CLOSE));
      }
    } catch (RuntimeException e) {
      problems.warn("audit: a consumer was not closed: " + e);
    }
    reading.clear();
    committed.clear();
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    Consumer<byte[], byte[]> is = member;
    if (is != null) {
      is.wakeup();
    }
    if (!thread.join(TO_STOP)) {
      thread.interrupt();
      thread.join(TO_STOP);
    }
  }
}
