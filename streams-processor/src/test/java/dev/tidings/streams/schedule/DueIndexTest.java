package dev.tidings.streams.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.streams.schedule.DueIndex.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

/** Shows G105 of docs/guarantees.md. */
final class DueIndexTest {
  private static final Comparator<Entry> ORDER =
      Comparator.comparingLong(Entry::due).thenComparing(Entry::key);

  private final TreeMap<Bytes, Entry> table = new TreeMap<>();
  private final DueIndex index = new DueIndex(3);

  @Test
  void with_more_entries_than_it_holds_all_come_in_their_order() {
    for (int i = 0; i < 20; i++) {
      put(i, i * 7 % 10);
    }

    List<Long> dues = new ArrayList<>();
    while (!table.isEmpty()) {
      dues.add(next().due());
    }

    assertThat(dues).hasSize(20).isSorted();
    assertThat(index.usedUpTo()).isNull();
  }

  @Test
  void what_is_added_late_comes_at_its_time_wherever_the_horizon_is() {
    for (int i = 0; i < 10; i++) {
      put(i, 100 + i);
    }
    put(20, 50);
    put(21, 104);
    put(22, 1_000);

    List<Long> dues = new ArrayList<>();
    while (!table.isEmpty()) {
      dues.add(next().due());
    }

    assertThat(dues).hasSize(13).isSorted().startsWith(50L, 100L).endsWith(109L, 1_000L);
  }

  @Test
  void what_was_removed_does_not_come() {
    put(1, 1);
    put(2, 2);
    index.remove(table.remove(key(1)));

    assertThat(next().due()).isEqualTo(2);
    assertThat(index.peek()).isNull();
    assertThat(index.usedUpTo()).isNull();
  }

  private Entry next() {
    Entry last = index.usedUpTo();
    if (last != null) {
      index.fill(behind(last));
    }
    Entry first = index.peek();
    index.remove(first);
    table.remove(first.key());
    return first;
  }

  /** As the table reads them. */
  private List<Entry> behind(Entry last) {
    return table.values().stream()
        .sorted(ORDER)
        .filter(each -> ORDER.compare(each, last) > 0)
        .limit(index.most())
        .toList();
  }

  private void put(int number, long due) {
    Entry entry = new Entry(due, key(number));
    table.put(entry.key(), entry);
    index.add(entry);
  }

  private static Bytes key(int number) {
    return Bytes.wrap(new byte[] {(byte) number});
  }
}
