package dev.tidings.ingest.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKey;
import dev.tidings.control.ControlKind;
import dev.tidings.ingest.receipts.Cursor;
import dev.tidings.ingest.receipts.ReceiptBatches;
import dev.tidings.ingest.webhook.attempt.RecentAttempts;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.avro.Webhook;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who serves what, when the membership of the group fails. Shows G123 of docs/guarantees.md. */
class WebhookShareTest {
  private static final String TOPIC = "tidings.receipts";
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
  private static final Duration SOON = Duration.ofSeconds(30);

  private final Map<ControlKey, SpecificRecord> there = new ConcurrentHashMap<>();
  private final ControlEntries entries =
      new ControlEntries() {
        @Override
        public <E extends SpecificRecord> Optional<E> entry(ControlKind<E> kind, String name) {
          return Optional.ofNullable(there.get(ControlKey.of(kind, name))).map(kind.type()::cast);
        }

        @Override
        public <E extends SpecificRecord> SortedMap<String, E> entries(ControlKind<E> kind) {
          SortedMap<String, E> all = new TreeMap<>();
          there.forEach((key, entry) -> {
            if (key.kind().equals(kind.name())) {
              all.put(key.name(), kind.type().cast(entry));
            }
          });
          return all;
        }
      };
  private volatile Duration clockIsSet = Duration.ZERO;
  private final NoPlaces places = new NoPlaces();
  private final WebhookSenders senders =
      new WebhookSenders(
          new WebhookSender.Route(
              (_, _, _, _) -> new Nothing(),
              places,
              (_, _, _) -> new WebhookOutcome.Failed("not asked"),
              (_, _, _) -> {},
              new RecentAttempts(),
              Thread::sleep,
              Duration.ofDays(1)),
          new WebhookMeters(new SimpleMeterRegistry()),
          () -> Instant.now().plus(clockIsSet));
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger joined = new AtomicInteger();
  private volatile @Nullable Throwable next;
  private final AtomicInteger servedAtClose = new AtomicInteger(-1);
  private final WebhookShare share =
      new WebhookShare(
          () -> {
            joined.incrementAndGet();
            return new Member();
          },
          TOPIC,
          new WebhookShare.Entries(entries, () -> 1, () -> true),
          senders,
          failures::add);

  /** Has the only partition from the beginning; fails as the test says. */
  private final class Member extends MockConsumer<byte[], byte[]> {
    private Member() {
      super("latest");
      updatePartitions(
          TOPIC, List.of(new PartitionInfo(TOPIC, 0, Node.noNode(), new Node[0], new Node[0])));
      updateEndOffsets(Map.of(PARTITION, 0L));
      schedulePollTask(() -> rebalance(List.of(PARTITION)));
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      Throwable failure = next;
      next = null;
      switch (failure) {
        case Error error -> throw error;
        case RuntimeException exception -> throw exception;
        case null, default -> {
          return super.poll(timeout);
        }
      }
    }

    @Override
    public synchronized void close(CloseOptions options) {
      servedAtClose.set(senders.count());
      throw new KafkaException("not closed");
    }
  }

  /** No receipts. */
  private static final class Nothing implements ReceiptBatches {
    @Override
    public Batch next(int maxEvents, int maxBytes, Duration atMost) throws InterruptedException {
      Thread.sleep(atMost);
      return new Batch(List.of(), null, null);
    }

    @Override
    public void rest() {
      // It has nothing.
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private static final class NoPlaces implements WebhookPlaces {
    private final List<String> kept = new CopyOnWriteArrayList<>();
    private final AtomicInteger fails = new AtomicInteger();

    @Override
    public Place read(String webhook) {
      return new Place(Optional.of(new Cursor(Uuid.ONE_UUID, new long[] {0})), Optional.empty());
    }

    @Override
    public void keep(String webhook, Cursor next, Optional<Instant> failingSince) {
      // Nothing is sent: it is kept because it was kept before.
      if (fails.getAndDecrement() > 0) {
        throw new KafkaException("the broker is away");
      }
      kept.add(webhook);
    }
  }

  @AfterEach
  void close() throws InterruptedException {
    share.close();
  }

  private void starts() {
    there.put(ControlKey.of(ControlKind.APP, "com.example.news"), new App("TEAM567890"));
    there.put(
        ControlKey.of(ControlKind.WEBHOOK, "HOOK567890"),
        Webhook.newBuilder()
            .setTeam("TEAM567890")
            .setApp("com.example.news")
            .setUrl("https://hooks.example.com/")
            .setSecret(ByteBuffer.wrap(new byte[32]))
            .setMaxEvents(2)
            .setCreated(Instant.EPOCH)
            .build());
    share.start();
    await().atMost(SOON).until(() -> senders.count() == 1);
  }

  /** Brokers forget what a group without members has committed. */
  @Test
  void the_places_of_those_that_are_switched_off_are_committed_anew() {
    places.fails.set(1);
    there.put(
        ControlKey.of(ControlKind.WEBHOOK, "OFF4567890"),
        Webhook.newBuilder()
            .setTeam("TEAM567890")
            .setApp("com.example.news")
            .setUrl("https://hooks.example.com/")
            .setSecret(ByteBuffer.wrap(new byte[32]))
            .setMaxEvents(2)
            .setCreated(Instant.EPOCH)
            .setDisabledSince(Instant.EPOCH)
            .build());
    starts();

    await().atMost(SOON).until(() -> places.kept.contains("OFF4567890"));
    assertThat(places.kept).containsExactly("OFF4567890");
    assertThat(joined).as("it stays in the group though the log did not answer once").hasValue(1);

    clockIsSet = Duration.ofHours(-3);
    await("a clock that is set back is no reason to wait")
        .atMost(SOON)
        .untilAsserted(() -> assertThat(places.kept).containsExactly("OFF4567890", "OFF4567890"));
  }

  /** Else others would serve what this process goes on to serve. */
  @Test
  void after_an_error_nothing_is_served_until_it_is_a_member_again_and_then_it_goes_on() {
    starts();

    next = new StackOverflowError("once");

    await().atMost(SOON).until(() -> joined.get() == 2 && senders.count() == 1);
    assertThat(servedAtClose).hasValue(0);
    assertThat(failures).isEmpty();
  }

  @Test
  void a_member_that_cannot_be_closed_is_left_behind() {
    starts();

    next = new KafkaException("the broker is away");

    await().atMost(SOON).until(() -> joined.get() == 2 && senders.count() == 1);
    assertThat(failures).isEmpty();
  }

  @Test
  void if_its_thread_ends_somebody_is_told() {
    starts();

    next = new org.apache.kafka.common.errors.InterruptException("by nobody");

    await().atMost(SOON).until(() -> failures.size() == 1 && senders.count() == 0);
    assertThat(joined).hasValue(1);
  }
}
