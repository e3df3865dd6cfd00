package dev.tidings.ingest.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.trace.index.IndexKey;
import dev.tidings.ingest.trace.index.IndexRow;
import dev.tidings.ingest.trace.index.IndexScan;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.value.NotificationId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pages of rows that are in several partitions, at several nodes. Shows G162. */
class HistoryReadingTest {
  private static final String APP = "com.example";
  private static final int PARTITIONS = 5;
  private static final String TEN_APPS =
      IntStream.range(0, 10).mapToObj(i -> "app=app" + i).collect(Collectors.joining("&"));

  private final Random random = new Random(7);
  private final Map<Integer, TreeMap<byte[], IndexScan.Found>> partitions = new TreeMap<>();
  private final Set<IndexKey> gone = new HashSet<>();
  private int looked;

  HistoryReadingTest() {
    IntStream.range(0, PARTITIONS)
        .forEach(each -> partitions.put(each, new TreeMap<>(Arrays::compareUnsigned)));
  }

  private IndexKey add(long at, Outcome outcome) {
    return add(APP, at, outcome);
  }

  private IndexKey add(String app, long at, Outcome outcome) {
    NotificationId id = NotificationId.random();
    IndexKey key = new IndexKey(app, at, id, "%016x".formatted(random.nextLong()));
    partitions
        .get(random.nextInt(PARTITIONS))
        .put(key.place(), new IndexScan.Found(key, new IndexRow(outcome, 0, 0, null)));
    return key;
  }

  /** As {@link IndexScan#over} looks through a store. */
  private IndexScan.Result scan(int partition, IndexScan scan, IndexScan.Bound bound) {
    TreeMap<byte[], IndexScan.Found> rows = partitions.get(partition);
    byte @Nullable [] after = scan.after();
    var from =
        scan.newestFirst()
            ? after == null ? rows : rows.tailMap(after, false)
            : after == null ? rows.descendingMap() : rows.headMap(after, false).descendingMap();
    List<IndexScan.Found> found = new ArrayList<>();
    int read = 0;
    for (Map.Entry<byte[], IndexScan.Found> each : from.entrySet()) {
      if (!each.getValue().key().app().equals(scan.app())) {
        continue;
      }
      read++;
      looked++;
      if (scan.wanted().test(each.getValue().key(), each.getValue().row())) {
        found.add(each.getValue());
      }
      if (found.size() >= scan.most() || bound.isReached(read)) {
        return new IndexScan.Result(found, each.getKey());
      }
    }
    return new IndexScan.Result(found, null);
  }

  private HistoryPage page(HistoryQuery query, List<Integer> own, long nanosEach) throws Exception {
    long[] now = {0};
    return new HistoryReading(
            this::scan,
            (partition, row) ->
                gone.contains(row.key())
                    ? Optional.empty()
                    : Optional.of("\"" + row.key().id() + "\""),
            () -> now[0] += nanosEach)
        .page(own, query);
  }

  /** The ids of all pages, from two nodes; something comes behind each page. */
  private List<String> all(HistoryQuery first, long nanosEach, Runnable meanwhile)
      throws Exception {
    List<String> ids = new ArrayList<>();
    HistoryQuery query = first;
    while (true) {
      HistoryQuery asked = HistoryQuery.of(query.text());
      HistoryPage here = page(query, List.of(0, 3), nanosEach);
      HistoryPage there = HistoryPage.parse(page(asked, List.of(1, 2, 4), nanosEach).text());
      HistoryPage page = HistoryPage.of(List.of(here, there), query);
      assertThat(page.rows()).hasSizeLessThanOrEqualTo(query.limit());
      page.rows().forEach(row -> ids.add(row.json().replace("\"", "")));
      byte @Nullable [] end = page.end();
      if (end == null) {
        return ids;
      }
      query = HistoryQuery.of(query.after(new HistoryCursor(end)).text());
      meanwhile.run();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "newest, 1, 0",
    "newest, 10, 0",
    "newest, 500, 0",
    "oldest, 10, 0",
    "newest, 10, 10000000",
    "oldest, 500, 10000000"
  })
  void every_row_comes_once_and_in_order_whatever_is_written_meanwhile(
      String order, int limit, long nanosEach) throws Exception {
    List<IndexKey> keys = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      keys.add(add(1_000 + random.nextInt(50), Outcome.PENDING));
    }
    List<String> expected =
        keys.stream()
            .sorted(Comparator.comparing(IndexKey::place, Arrays::compareUnsigned))
            .map(key -> key.id().value())
            .toList();

    // The latest comes before the first page.
    List<String> told =
        all(
            HistoryQuery.of(
                "app=%s&order=%s&limit=%d&to=1970-01-01T00:00:05Z".formatted(APP, order, limit)),
            nanosEach,
            () -> {
              if (order.equals("newest")) {
                add(4_000, Outcome.PENDING);
              }
            });

    assertThat(told).isEqualTo(order.equals("newest") ? expected : expected.reversed());
  }

  @ParameterizedTest
  @CsvSource({"newest, 1, 0", "newest, 10, 10000000", "oldest, 7, 0", "oldest, 500, 10000000"})
  void the_rows_of_several_apps_come_once_each_in_one_order_and_no_others(
      String order, int limit, long nanosEach) throws Exception {
    List<IndexKey> keys = new ArrayList<>();
    for (int i = 0; i < 900; i++) {
      IndexKey key = add(List.of("a", "b", "c").get(i % 3), 1_000 + i / 50, Outcome.PENDING);
      if (i % 3 != 1) {
        keys.add(key);
      }
    }
    List<String> expected =
        keys.stream()
            .sorted(Comparator.comparing(IndexKey::place, Arrays::compareUnsigned))
            .map(key -> key.id().value())
            .toList();

    List<String> told =
        all(
            HistoryQuery.of("app=a&app=c&order=%s&limit=%d".formatted(order, limit)),
            nanosEach,
            () -> {});

    assertThat(told).isEqualTo(order.equals("newest") ? expected : expected.reversed());
  }

  /** Ten apps cost a node no more than one does: they share its bound of rows and of time. */
  @Test
  void a_page_of_ten_apps_may_cost_what_one_of_one_app_may() throws Exception {
    for (int i = 0; i < 120_000; i++) {
      add("app" + i % 10, 1_000 + i, Outcome.DELIVERED);
    }
    HistoryQuery query = HistoryQuery.of(TEN_APPS + "&outcome=evicted");

    page(query, List.of(0, 1, 2, 3, 4), 0);
    assertThat(looked).isLessThanOrEqualTo(50_000);
    looked = 0;
    page(query, List.of(0, 1, 2, 3, 4), 1_000_000_000L);
    assertThat(looked).isEqualTo(10 * PARTITIONS * HistoryReading.FEWEST_ROWS);
  }

  @Test
  void rows_whose_receipts_are_gone_are_left_out_and_nothing_else() throws Exception {
    for (int i = 0; i < 300; i++) {
      IndexKey key = add(1_000 + i, Outcome.PENDING);
      if (i % 3 != 0) {
        gone.add(key);
      }
    }
    assertThat(all(HistoryQuery.of("app=com.example&limit=10"), 0, () -> {})).hasSize(100);
  }

  /** One in ten thousand, and no page looks at more than its share. */
  @Test
  void a_page_ends_at_what_it_may_cost_and_the_next_one_goes_on() throws Exception {
    for (int i = 0; i < 120_000; i++) {
      add(1_000 + i, i % 10_000 == 0 ? Outcome.EVICTED : Outcome.DELIVERED);
    }
    HistoryQuery query = HistoryQuery.of("app=com.example&outcome=evicted");

    HistoryPage page = page(query, List.of(0, 1, 2, 3, 4), 0);
    assertThat(looked).isLessThanOrEqualTo(50_000);
    assertThat(page.end()).isNotNull();
    looked = 0;
    HistoryPage slow = page(query, List.of(0, 1, 2, 3, 4), 1_000_000_000L);
    assertThat(looked).isEqualTo(PARTITIONS * HistoryReading.FEWEST_ROWS);
    assertThat(slow.end()).isNotNull();

    assertThat(all(query, 0, () -> {})).hasSize(12);
  }
}
