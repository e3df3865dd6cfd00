package dev.tidings.node.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.window.Life;
import dev.tidings.schemas.value.DeviceId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shows G107 of docs/guarantees.md. */
final class ReplayReadsTest {
  private static final ReplaySpan ALL = ReplaySpan.of(new ReplaySpan.Time(0), ReplaySpan.NOW, null);

  private final AtomicInteger opened = new AtomicInteger();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ReplayReads reads =
      ReplayReads.of(
          new ReplayRules(2, 1, 1 << 20, 100, Duration.ofMinutes(1), Duration.ofHours(1)),
          () -> {
            opened.incrementAndGet();
            MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
            consumer.setPollException(new KafkaException("for the test"));
            return consumer;
          },
          () -> null,
          "deliveries",
          (device, app) -> token -> true,
          meters);

  @AfterEach
  void close() throws Exception {
    reads.close();
  }

  private CompletableFuture<Slice> read(boolean cancelled) {
    CompletableFuture<Slice> result = new CompletableFuture<>();
    reads.read(
        wanted(cancelled),
        (slice, failure) -> {
          if (failure == null) {
            result.complete(slice);
          } else {
            result.completeExceptionally(failure);
          }
        });
    return result;
  }

  private static Slice.Wanted wanted(boolean cancelled) {
    return new Slice.Wanted(
        0, new DeviceId("phone"), Life.first(Uuid.ZERO_UUID), ALL, null, () -> cancelled);
  }

  @Test
  void places_are_bounded_and_given_back() {
    assertThat(reads.enter()).isTrue();
    assertThat(reads.enter()).isTrue();
    assertThat(reads.enter()).isFalse();
    assertThat(reads.enter()).isFalse();
    reads.leave();

    assertThat(reads.enter()).isTrue();
    assertThat(meters.get("tidings.node.replay.refused").counter().count()).isEqualTo(2);
    assertThat(meters.get("tidings.node.replay.running").gauge().value()).isEqualTo(2);
  }

  @Test
  void what_providers_have_ordered_takes_no_place_of_devices() {
    ReplaySource ordered = reads.ordered();
    assertThat(ordered.enter()).isTrue();
    assertThat(ordered.enter()).isFalse();
    assertThat(reads.enter()).isTrue();
    assertThat(reads.enter()).isTrue();

    ordered.leave();
    assertThat(reads.ordered().enter()).isTrue();
  }

  @Test
  void who_asks_for_itself_waits_for_one_turn_of_an_order_and_not_for_all() {
    List<String> turns = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 3; i++) {
      reads.ordered().read(wanted(false), (slice, failure) -> turns.add("order"));
    }
    for (int i = 0; i < 2; i++) {
      reads.read(wanted(false), (slice, failure) -> turns.add("device"));
    }
    reads.start();

    Awaitility.await().until(() -> turns.size() == 5);
    assertThat(turns).containsExactly("device", "order", "device", "order", "order");
  }

  @Test
  void a_log_that_cannot_be_read_fails_the_read_and_not_the_thread() {
    reads.start();

    for (int i = 1; i <= 3; i++) {
      assertThat(read(false))
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableOfType(ExecutionException.class);
      assertThat(opened).hasValue(i);
    }
  }

  @Test
  void what_nobody_waits_for_opens_nothing() {
    reads.start();

    assertThat(read(true)).failsWithin(Duration.ofSeconds(30));
    assertThat(opened).hasValue(0);
  }

  @Test
  void what_waits_when_the_node_stops_and_what_comes_later_is_told() throws Exception {
    CompletableFuture<Slice> waits = read(false);
    reads.close();

    assertThat(waits).failsWithin(Duration.ofSeconds(30));
    assertThat(read(false)).failsWithin(Duration.ofSeconds(30));
  }

  @Test
  void all_together_read_so_many_bytes_in_a_second() {
    ReadPace pace = new ReadPace(1000, 0);

    assertThat(pace.take(500, 0)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(500));
    assertThat(pace.take(500, 0)).isEqualTo(TimeUnit.SECONDS.toNanos(1));
    assertThat(pace.take(1000, TimeUnit.SECONDS.toNanos(9))).isEqualTo(TimeUnit.SECONDS.toNanos(1));
  }
}
