package dev.tidings.ingest.trace.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.service.rocks.DamagedTableException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A table one of whose blocks is damaged, as RocksDB and Kafka Streams show it.
 *
 * <p>Shows G67, G88 and G108 of docs/guarantees.md.
 */
final class ReceiptScanTest {
  private static final String BEFORE = "00000000-0000-4000-8000-000000000001";
  private static final String ID = "11111111-1111-4111-8111-111111111111";
  private static final String BEHIND = "22222222-2222-4222-8222-222222222222";

  private final Damaged table = new Damaged();

  @BeforeEach
  void fill() {
    for (String id : new String[] {BEFORE, ID, BEHIND}) {
      for (int i = 0; i < 10; i++) {
        put(id, i);
      }
    }
  }

  private void put(String id, int token) {
    put(ReceiptKey.of(id, "token-" + token));
  }

  private void put(byte[] key) {
    table.entries.put(Bytes.wrap(key), new byte[] {1});
  }

  @Test
  void what_is_well_is_read_wherever_it_stands() {
    assertThat(read(BEFORE).receipts()).hasSize(10);
    assertThat(read(ID).receipts()).hasSize(10);
    assertThat(read(BEHIND).receipts()).hasSize(10);
    assertThat(read("33333333-3333-4333-8333-333333333333").receipts()).isEmpty();
    assertThat(read("00000000-0000-4000-8000-000000000000").receipts()).isEmpty();
    table.entries.clear();
    assertThat(read(ID).receipts()).isEmpty();
  }

  @Test
  void a_page_ends_where_the_next_one_begins() {
    for (int i = 10; i < 150; i++) {
      put(ID, i);
    }

    ReceiptScan.Page first = read(ID);

    assertThat(first.receipts()).hasSize(100);
    assertThat(first.next()).isNotNull();
  }

  @Test
  void a_page_from_the_mark_of_a_token_begins_with_its_receipt() {
    String token = "e3b0c442";
    for (int i = 10; i < 12_000; i++) {
      put(ID, i);
    }
    put(ReceiptKey.of(ID, token));

    // As sha256sum says, of which the API's documentation tells.
    Lookup found = TraceTable.find(table, new NotificationId(ID), "ead31da8c0f65f11");

    assertThat(found(found).getFirst().key()).isEqualTo(key(ReceiptKey.of(ID, token)));
  }

  @Test
  void what_devices_tell_is_read_beside_the_receipt_of_its_token_and_nowhere_else() {
    put(ReceiptKey.ofReport(ID, "token-3", StepName.DISPLAYED));
    put(ReceiptKey.ofReport(ID, "token-3", StepName.OPENED));
    put(ReceiptKey.ofReport(ID, "token-7", StepName.OPENED));
    put(ReceiptKey.ofReport(BEFORE, "token-4", StepName.OPENED));
    put(ReceiptKey.ofReport(ID, "never-sent", StepName.OPENED));
    put(ReceiptKey.ofReport("33333333-3333-4333-8333-333333333333", "token", StepName.OPENED));

    assertThat(found(byId(ID)))
        .filteredOn(each -> each.key().isReport())
        .extracting(Kept::key)
        .containsExactlyInAnyOrder(
            key(ReceiptKey.ofReport(ID, "token-3", StepName.DISPLAYED)),
            key(ReceiptKey.ofReport(ID, "token-3", StepName.OPENED)),
            key(ReceiptKey.ofReport(ID, "token-7", StepName.OPENED)));
    assertThat(found(byUniqueId(ID, "token-3"))).hasSize(3);
    assertThat(found(byUniqueId(ID, "token-4"))).hasSize(1);
    assertThat(found(byId("33333333-3333-4333-8333-333333333333"))).isEmpty();
  }

  @Test
  void whatever_devices_make_up_all_receipts_are_found_and_nothing_of_it_is_read() {
    for (int i = 0; i < 12_000; i++) {
      // Ids that begin like the notification's, before it and behind it.
      String alike = "%s-%04x-8111-111111111111".formatted(ID.substring(0, 13), i);
      put(ReceiptKey.ofReport(alike, "token-3", StepName.OPENED));
      put(ReceiptKey.ofReport(ID, "invented-" + i, StepName.OPENED));
    }
    put(ReceiptKey.ofReport(ID, "token-3", StepName.OPENED));

    assertThat(found(byId(ID))).hasSize(11);
    assertThat(found(byUniqueId(ID, "token-3"))).hasSize(2);
    assertThat(table.read).isLessThan(100);
  }

  @Test
  void a_receipt_that_would_take_too_much_to_find_is_not_said_to_be_unknown() {
    for (int i = 10; i < 12_000; i++) {
      put(ID, i);
    }
    List<String> marks =
        table.entries.keySet().stream()
            .map(each -> ReceiptKey.parse(each.get()).orElseThrow())
            .filter(each -> each.id().value().equals(ID))
            .map(ReceiptKey::mark)
            .toList();
    String first = token(marks.getFirst());
    String last = token(marks.getLast());

    assertThat(found(byUniqueId(ID, first))).hasSize(1);
    assertThat(byUniqueId(ID, last)).isEqualTo(new Lookup.TooMuch());
    assertThat(byUniqueId(ID, "never-sent")).isEqualTo(new Lookup.TooMuch());
    assertThat(found(byUniqueId(BEFORE, "never-sent"))).isEmpty();
  }

  @Test
  void an_id_behind_too_many_keys_that_are_none_of_its_receipts_is_not_said_to_be_unknown() {
    for (int i = 0; i <= ReceiptScan.MAX_READ; i++) {
      put((ID + "/!" + i).getBytes(StandardCharsets.US_ASCII));
    }

    assertThat(byId(ID)).isEqualTo(new Lookup.TooMuch());
    assertThat(found(byId(BEHIND))).hasSize(10);
  }

  @Test
  void what_ends_at_the_limit_is_no_more_than_may_be_read() {
    table.entries.clear();
    for (int i = 0; i < ReceiptScan.MAX_READ; i++) {
      put(ID, i);
    }
    assertThat(found(byUniqueId(ID, "never-sent"))).isEmpty();
    put(BEHIND, 0);
    assertThat(found(byUniqueId(ID, "never-sent"))).isEmpty();
  }

  @Test
  void what_can_t_be_read_does_not_pass_for_not_being_there() {
    for (int damagedFrom = 10; damagedFrom < 20; damagedFrom++) {
      table.from = key(damagedFrom);
      table.to = key(19);
      assertThatThrownBy(() -> read(ID))
          .as("all from %d on", damagedFrom)
          .isInstanceOf(DamagedTableException.class);
    }
  }

  @Test
  void what_can_t_be_read_at_the_end_of_the_table_does_not_pass_for_the_end() {
    table.from = key(25);
    table.to = key(29);
    assertThatThrownBy(() -> read(BEHIND)).isInstanceOf(DamagedTableException.class);
    table.from = key(20);
    assertThatThrownBy(() -> read(BEHIND)).isInstanceOf(DamagedTableException.class);
  }

  @Test
  void damage_elsewhere_is_nothing_to_it() {
    table.from = key(25);
    table.to = key(26);
    assertThat(read(ID).receipts()).hasSize(10);
    assertThat(read(BEFORE).receipts()).hasSize(10);
  }

  @Test
  void what_comes_meanwhile_is_no_damage() {
    table.comes = Bytes.wrap(ReceiptKey.of("55555555-5555-4555-8555-555555555555", "token"));

    assertThat(read(BEHIND).receipts()).hasSize(10);
    assertThat(table.entries).hasSize(31);
  }

  @Test
  void a_walk_that_ends_before_the_table_does_has_met_damage() {
    assertThatCode(() -> ReceiptScan.checkEnd(key(5), null, key(5))).doesNotThrowAnyException();
    assertThatCode(() -> ReceiptScan.checkEnd(key(5), null, key(4))).doesNotThrowAnyException();
    assertThatCode(() -> ReceiptScan.checkEnd(null, null, null)).doesNotThrowAnyException();
    assertThatThrownBy(() -> ReceiptScan.checkEnd(key(5), null, key(6)))
        .isInstanceOf(DamagedTableException.class);
    assertThatThrownBy(() -> ReceiptScan.checkEnd(null, null, key(6)))
        .isInstanceOf(DamagedTableException.class);
    assertThatThrownBy(() -> ReceiptScan.checkEnd(key(6), null, null))
        .isInstanceOf(DamagedTableException.class);
  }

  private Lookup byId(String text) {
    return TraceTable.find(table, new NotificationId(text), null);
  }

  private Lookup byUniqueId(String id, String token) {
    return TraceTable.find(table, UniqueId.of(new NotificationId(id), token));
  }

  private static List<Kept> found(Lookup lookup) {
    assertThat(lookup).isInstanceOf(Lookup.Found.class);
    return ((Lookup.Found) lookup).receipts();
  }

  private static ReceiptKey key(byte[] key) {
    return ReceiptKey.parse(key).orElseThrow();
  }

  /** Returns the token that has a mark. */
  private static String token(String mark) {
    return IntStream.range(0, 12_000)
        .mapToObj(each -> "token-" + each)
        .filter(each -> ReceiptKey.mark(each).equals(mark))
        .findFirst()
        .orElseThrow();
  }

  private ReceiptScan.Page read(String text) {
    NotificationId id = new NotificationId(text);
    return new ReceiptScan(
            table,
            Bytes.wrap(ReceiptKey.first(id, null)),
            Bytes.wrap(ReceiptKey.last(id)),
            key -> true)
        .read();
  }

  private Bytes key(int number) {
    return table.entries.keySet().stream().skip(number).findFirst().orElseThrow();
  }

  /** Its iterators end where the damage begins. */
  private static final class Damaged implements ReceiptScan.Part {
    final NavigableMap<Bytes, byte[]> entries = new TreeMap<>();
    Bytes from;
    Bytes to;
    Bytes comes;
    int read;

    private boolean isDamaged(Bytes key) {
      return from != null && key.compareTo(from) >= 0 && key.compareTo(to) <= 0;
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> from(Bytes first) {
      // As it was then.
      return new UpToTheDamage(new TreeMap<>(entries.tailMap(first, true)), this);
    }

    @Override
    public Bytes last() {
      if (comes != null) {
        entries.put(comes, new byte[] {1});
        comes = null;
      }
      try (KeyValueIterator<Bytes, byte[]> backwards =
          new UpToTheDamage(entries.descendingMap(), this)) {
        return backwards.hasNext() ? backwards.next().key : null;
      }
    }
  }

  private static final class UpToTheDamage implements KeyValueIterator<Bytes, byte[]> {
    private final Iterator<Map.Entry<Bytes, byte[]>> all;
    private final Damaged table;
    private Map.Entry<Bytes, byte[]> next;

    UpToTheDamage(Map<Bytes, byte[]> range, Damaged table) {
      this.all = range.entrySet().iterator();
      this.table = table;
      step();
    }

    private void step() {
      next = all.hasNext() ? all.next() : null;
      if (next != null && table.isDamaged(next.getKey())) {
        next = null;
      }
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public KeyValue<Bytes, byte[]> next() {
      table.read++;
      KeyValue<Bytes, byte[]> entry = KeyValue.pair(next.getKey(), next.getValue());
      step();
      return entry;
    }

    @Override
    public Bytes peekNextKey() {
      return next.getKey();
    }

    @Override
    public void close() {}
  }
}
