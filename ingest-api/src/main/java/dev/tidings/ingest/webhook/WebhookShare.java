package dev.tidings.ingest.webhook;

import dev.tidings.control.ControlReader;
import dev.tidings.service.log.SeldomLog;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
  private final ControlReader control;
  private final Couriers couriers;
  private final SeldomLog problems = new SeldomLog(LoggerFactory.getLogger(WebhookShare.class));
  private final Set<Integer> owned = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile boolean closing;
  private volatile @Nullable Consumer<byte[], byte[]> member;
  private int partitions;
  private long followed = -1;
  private boolean moved;

  /**
   * @param members open consumers in the group
   * @param topic the name of {@code receipts}
   */
  WebhookShare(
      Supplier<Consumer<byte[], byte[]>> members,
      String topic,
      ControlReader control,
      Couriers couriers) {
    this.members = members;
    this.topic = topic;
    this.control = control;
    this.couriers = couriers;
    this.thread = Thread.ofPlatform().name("webhooks").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!closing) {
      try {
        turn();
      } catch (WakeupException | InterruptException e) {
        // Asked to stop.
      } catch (InterruptedException e) {
        closing = true;
      } catch (KafkaException e) {
        problems.warn("webhooks are not shared at the moment: " + e);
        leave();
      } catch (RuntimeException e) {
        problems.error("webhooks: unexpected failure, sharing goes on", e);
        leave();
      }
    }
    leave();
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
    long version = control.version();
    if (control.isComplete() && (version != followed || moved)) {
      moved = false;
      couriers.follow(control, this::isOurs);
      followed = version;
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
      couriers.stop(id -> !isOurs(id));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void leave() {
    Consumer<byte[], byte[]> was = member;
    member = null;
    owned.clear();
    stopOthers();
    if (was != null) {
      was.close(CloseOptions.timeout(TO_CLOSE));
    }
    if (!closing) {
      try {
        Thread.sleep(AFTER_FAILURE);
      } catch (InterruptedException e) {
        closing = true;
      }
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
