package dev.tidings.ingest.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.receipts.Feeds.Next;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FeedsTest {
  private static final Uuid TOPIC = new Uuid(1, 2);
  private static final String APP = "com.example.news";

  private final Feeds feeds = new Feeds(1 << 20);
  private final AtomicInteger woken = new AtomicInteger();

  @BeforeEach
  void begin() {
    feeds.begin(TOPIC, new long[] {0}, new long[] {5});
  }

  private Next next(long at) {
    return feeds.next(APP, new Cursor(TOPIC, new long[] {at}), 0, 0, 10_000);
  }

  private static ReceiptEvent event(long offset) {
    return new ReceiptEvent(APP, 0, offset, "confirmed", new byte[10], null);
  }

  /** The records from 5 to 8 were decoded when nobody asked for the app. */
  @Test
  void what_was_decoded_before_anybody_read_is_to_be_got_from_the_log() {
    feeds.add(APP, woken::incrementAndGet);

    feeds.publish(List.of(), new long[] {8});

    assertThat(woken).hasValue(1);
    assertThat(next(5))
        .isInstanceOfSatisfying(
            Next.Behind.class, behind -> assertThat(behind.upTo()).containsExactly(8));
  }

  /** One that was decoded behind the reader's coming would hide those before it. */
  @Test
  void nothing_of_records_that_were_under_way_is_in_the_feed() {
    feeds.add(APP, woken::incrementAndGet);

    feeds.publish(List.of(event(7)), new long[] {8});

    assertThat(next(5)).isInstanceOf(Next.Behind.class);
    assertThat(next(8))
        .isInstanceOfSatisfying(Next.Events.class, events -> assertThat(events.events()).isEmpty());
  }

  @Test
  void what_is_decoded_from_then_on_is_in_the_feed() {
    feeds.add(APP, woken::incrementAndGet);
    feeds.publish(List.of(), new long[] {5});

    feeds.publish(List.of(event(5), event(6)), new long[] {8});

    assertThat(next(6))
        .isInstanceOfSatisfying(
            Next.Events.class,
            events -> {
              assertThat(events.events()).extracting(ReceiptEvent::offset).containsExactly(6L);
              assertThat(events.positions()).containsExactly(8);
            });
  }

  @Test
  void reading_that_begins_behind_the_reader_leaves_nothing_out() {
    Feeds empty = new Feeds(1 << 20);
    empty.add(APP, woken::incrementAndGet);
    empty.begin(TOPIC, new long[] {0}, new long[] {5});

    empty.publish(List.of(event(5)), new long[] {6});

    assertThat(empty.next(APP, new Cursor(TOPIC, new long[] {5}), 0, 0, 10_000))
        .isInstanceOfSatisfying(
            Next.Events.class, events -> assertThat(events.events()).hasSize(1));
  }
}
