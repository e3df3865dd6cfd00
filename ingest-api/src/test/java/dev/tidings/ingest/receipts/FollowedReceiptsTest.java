package dev.tidings.ingest.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.receipts.ReceiptBatches.Batch;
import dev.tidings.ingest.receipts.ReceiptBatches.Event;
import dev.tidings.schemas.value.NotificationId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shows G123 of docs/guarantees.md. */
class FollowedReceiptsTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final FakeReceiptLog log = new FakeReceiptLog(3);
  private final ReceiptsBench node = new ReceiptsBench(log);

  @AfterEach
  void close() throws Exception {
    node.close();
    log.close();
  }

  private List<String> write(int count) {
    return IntStream.range(0, count)
        .mapToObj(each -> {
          String id = NotificationId.random().value();
          log.confirmed(each % 3, id);
          return id;
        })
        .toList();
  }

  private ReceiptBatches follow(@Nullable Cursor from) {
    return node.streams.follow(FakeReceiptLog.APP, "webhook", from, Instant.EPOCH);
  }

  private static String notification(Event event) {
    return new String(event.json(), StandardCharsets.UTF_8)
        .replaceAll(".*?\"id\":\"([^\"]*)\".*", "$1");
  }

  /** Reads batches until so many events have come. */
  private static List<Event> read(ReceiptBatches receipts, int count) throws InterruptedException {
    List<Event> events = new ArrayList<>();
    while (events.size() < count) {
      Batch batch = receipts.next(7, 1 << 20, LONG);
      assertThat(batch.events()).hasSizeBetween(1, 7);
      events.addAll(batch.events());
    }
    return events;
  }

  @Test
  void everything_since_a_time_comes_once_and_then_what_happens() throws Exception {
    List<String> written = new ArrayList<>(write(40));
    try (ReceiptBatches receipts = follow(null)) {
      List<Event> events = new ArrayList<>(read(receipts, 40));
      written.addAll(write(20));
      events.addAll(read(receipts, 20));

      assertThat(events.stream().map(FollowedReceiptsTest::notification).toList())
          .containsExactlyInAnyOrderElementsOf(written);
      assertThat(events).extracting(Event::id).doesNotHaveDuplicates();
    }
  }

  @Test
  void whoever_goes_on_behind_a_batch_misses_nothing() throws Exception {
    List<String> written = write(40);
    List<String> told = new ArrayList<>();
    @Nullable Cursor at = null;
    while (told.size() < 40) {
      try (ReceiptBatches receipts = follow(at)) {
        Batch batch = receipts.next(9, 1 << 20, LONG);
        batch.events().forEach(event -> told.add(notification(event)));
        at = batch.next();
      }
    }
    assertThat(told).containsExactlyInAnyOrderElementsOf(written);
  }

  @Test
  void what_it_gave_back_while_it_could_use_nothing_comes_again() throws Exception {
    List<String> written = write(40);
    try (ReceiptBatches receipts = follow(null)) {
      List<String> told = new ArrayList<>();
      while (told.size() < 40) {
        receipts.next(3, 1 << 20, LONG).events().forEach(event -> told.add(notification(event)));
        receipts.rest();
      }
      assertThat(told).containsExactlyInAnyOrderElementsOf(written);
      receipts.rest();
      receipts.rest();
      assertThat(node.streams.bytes()).isLessThan(256 * 1024);
    }
  }

  /** From memory, where it had looked further than it had read. */
  @Test
  void what_has_just_happened_comes_again_too_after_it_was_given_back() throws Exception {
    write(3);
    try (ReceiptBatches receipts = follow(null)) {
      read(receipts, 3);
      List<String> written = write(12);
      List<String> told = new ArrayList<>();
      while (told.size() < 12) {
        Batch batch = receipts.next(2, 1 << 20, LONG);
        assertThat(batch.events()).isNotEmpty();
        batch.events().forEach(event -> told.add(notification(event)));
        receipts.rest();
      }
      assertThat(told).containsExactlyInAnyOrderElementsOf(written);
    }
  }

  @Test
  void where_a_batch_begins_is_known_from_the_first_one_on() throws Exception {
    write(3);
    try (ReceiptBatches receipts = follow(null)) {
      Batch first = receipts.next(2, 1 << 20, LONG);
      Batch second = receipts.next(100, 1 << 20, LONG);

      assertThat(first.from()).isNotNull();
      assertThat(second.from()).isNotNull();
      try (ReceiptBatches again = follow(second.from())) {
        assertThat(again.next(100, 1 << 20, LONG).events())
            .extracting(Event::id)
            .containsAll(second.events().stream().map(Event::id).toList());
      }
    }
  }

  @Test
  void receipts_that_have_expired_are_told_as_a_gap() throws Exception {
    write(30);
    @Nullable Cursor at;
    try (ReceiptBatches receipts = follow(null)) {
      at = receipts.next(1, 1 << 20, LONG).next();
    }
    log.expire(0, 5);
    try (ReceiptBatches receipts = follow(at)) {
      Event first = receipts.next(10, 1 << 20, LONG).events().getFirst();

      assertThat(first.type()).isEqualTo("gap");
      assertThat(new String(first.json(), StandardCharsets.UTF_8)).contains("\"expired\"");
    }
  }
}
