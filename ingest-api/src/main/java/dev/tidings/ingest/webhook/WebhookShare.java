package dev.tidings.ingest.webhook;

import dev.tidings.control.ControlEntries;
import dev.tidings.service.log.SeldomLog;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Which webhooks this process serves. The processes are a consumer group over {@code receipts} that
 * reads nothing: a webhook belongs to whoever has the partition that its id leads to. So each is
 * served by one of them, and by another soon after that has gone. Runs in a thread of its own.
 */
final class WebhookShare implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration TO_CLOSE = Duration.ofSeconds(2);
  private static final Duration TO_STOP = Duration.ofSeconds(8);

  private final Supplier<Consumer<byte[], byte[]>> members;
  private final String topic;
  private final Entries control;
  private final WebhookSenders senders;
  private final java.util.function.Consumer<Throwable> failed;
  private final SeldomLog problems = new SeldomLog(LoggerFactory.getLogger(WebhookShare.class));
  private final Set<Integer> owned = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile boolean closing;
  private volatile @Nullable Consumer<byte[], byte[]> member;
  private int partitions;
  private long followed = -1;
  private boolean moved;

  /**
   * The entries of {@code control}.
   *
   * @param version changes with them
   * @param isComplete whether all are there that have been written
   */
  record Entries(ControlEntries entries, LongSupplier version, BooleanSupplier isComplete) {}

  /**
   * @param members open consumers in the group
   * @param topic the name of {@code receipts}
   * @param failed told if its thread ends although nobody has closed it
   */
  WebhookShare(
      Supplier<Consumer<byte[], byte[]>> members,
      String topic,
      Entries control,
      WebhookSenders senders,
      java.util.function.Consumer<Throwable> failed) {
    this.members = members;
    this.topic = topic;
    this.control = control;
    this.senders = senders;
    this.failed = failed;
    this.thread = Thread.ofPlatform().name("webhooks").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      share();
    } catch (InterruptedException | InterruptException e) {
      ended(e);
    } catch (RuntimeException | Error e) {
      ended(e);
    }
  }

  /** Nobody would serve what this process has, as long as it is there. */
  private void ended(Throwable why) {
    if (!closing) {
      failed.accept(why);
    }
  }

  private void share() throws InterruptedException {
    try {
      while (!closing) {
        try {
          turn();
        } catch (WakeupException e) {
          // Asked to stop.
        } catch (InterruptException e) {
          throw e;
        } catch (KafkaException e) {
          problems.warn("webhooks are not shared at the moment: " + e);
          again();
        } catch (RuntimeException | Error e) {
          problems.error("webhooks: unexpected failure, sharing goes on", e);
          again();
        }
      }
    } finally {
      leave();
    }
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
      is = members.get();
      member = is;
      is.subscribe(List.of(topic), new Listener(is));
    }
    // Nothing comes: all partitions are paused. It keeps this process in the group.
    is.poll(POLL);
    int now = is.partitionsFor(topic).size();
    moved |= now != partitions;
    partitions = now;
    long version = control.version().getAsLong();
    if (control.isComplete().getAsBoolean() && (version != followed || moved)) {
      if (moved) {
        senders.renewAll();
      }
      moved = false;
      senders.follow(control.entries(), this::isOurs);
      followed = version;
    }
    if (followed == version) {
      renew();
    }
  }

  private void renew() throws InterruptedException {
    try {
      senders.renewNext(control.entries(), this::isOurs);
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      problems.warn("the place of a webhook that is switched off is renewed later: " + e);
    }
  }

  private boolean isOurs(String id) {
    return partitions > 0 && owned.contains(Math.floorMod(id.hashCode(), partitions));
  }

  private final class Listener implements ConsumerRebalanceListener {
    private final Consumer<byte[], byte[]> of;

    private Listener(Consumer<byte[], byte[]> of) {
      this.of = of;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
      of.pause(assigned);
      assigned.forEach(each -> owned.add(each.partition()));
      moved = true;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
      revoked.forEach(each -> owned.remove(each.partition()));
      // Before another process begins: else both would send for a while.
      stopOthers();
    }
  }

  private void stopOthers() {
    try {
      senders.stop(id -> !isOurs(id));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops all senders, whatever becomes of the membership: others will serve what they did. */
  private void leave() {
    Consumer<byte[], byte[]> was = member;
    member = null;
    owned.clear();
    try {
      stopOthers();
    } finally {
      close(was);
    }
  }

  private void close(@Nullable Consumer<byte[], byte[]> was) {
    if (was == null) {
      return;
    }
    try {
      was.close(CloseOptions.timeout(TO_CLOSE));
    } catch (RuntimeException e) {
      problems.warn("webhooks: a consumer was not closed: " + e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    Consumer<byte[], byte[]> is = member;
    if (is != null) {
      is.wakeup();
    }
    thread.join(TO_STOP);
  }
}
