package dev.tidings.ingest.trace.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.service.rocks.DamagedTableException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A table one of whose blocks is damaged, as RocksDB and Kafka Streams show it. */
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

    Lookup.Found first = read(ID);

    assertThat(first.receipts()).hasSize(100);
    assertThat(first.next()).isNotNull();
  }

  @Test
  void what_devices_tell_is_read_beside_the_receipt_of_its_token_and_nowhere_else() {
    put(ReceiptKey.ofReport(ID, "token-3", StepName.DISPLAYED));
    put(ReceiptKey.ofReport(ID, "token-3", StepName.OPENED));
    put(ReceiptKey.ofReport(ID, "never-sent", StepName.OPENED));
    put(ReceiptKey.ofReport("33333333-3333-4333-8333-333333333333", "token", StepName.OPENED));

    List<ReceiptKey> reports =
        read(ID).receipts().stream().map(Kept::key).filter(ReceiptKey::isReport).toList();

    assertThat(reports)
        .extracting(ReceiptKey::kind)
        .containsExactly(ReceiptKey.Kind.DISPLAYED, ReceiptKey.Kind.OPENED);
    assertThat(reports).extracting(ReceiptKey::mark).containsOnly(ReceiptKey.mark("token-3"));
    assertThat(read("33333333-3333-4333-8333-333333333333").receipts()).isEmpty();
  }

  @Test
  void however_much_devices_make_up_of_an_id_its_receipts_are_found() {
    for (int i = 0; i < 12_000; i++) {
      put(ReceiptKey.ofReport(ID, "invented-" + i, StepName.OPENED));
    }

    assertThat(read(ID).receipts()).hasSize(10);
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

  private Lookup.Found read(String text) {
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
