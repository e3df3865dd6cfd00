package dev.tidings.ingest.history;

import dev.tidings.ingest.trace.index.HistoryIndex.NotServedException;
import dev.tidings.ingest.trace.index.IndexScan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads pages from the partitions of this node. What a page may cost is bounded, by rows and by
 * time: it then ends before it is full, and the next one goes on. Thread-safe; blocks.
 */
final class HistoryReading {
  /** How many rows are looked at, of all partitions. */
  private static final int MOST_ROWS = 50_000;

  /** How many are looked at in each partition, however many there are, and however slow it is. */
  static final int FEWEST_ROWS = 100;

  /** How long rows are looked at. */
  private static final Duration LONGEST = Duration.ofMillis(250);

  /** The index of this node. */
  @FunctionalInterface
  interface Index {
    /** Looks through rows of a partition. */
    IndexScan.Result scan(int partition, IndexScan scan, IndexScan.Bound bound)
        throws NotServedException;
  }

  /** What the table has of a row. */
  @FunctionalInterface
  interface Rows {
    /** Returns it as JSON; empty if the table has it no more. */
    Optional<String> json(int partition, IndexScan.Found row) throws NotServedException;
  }

  private final Index index;
  private final Rows rows;
  private final int apps;
  private final LongSupplier nanoTime;

  /**
   * @param apps among how many it shares what a page may cost
   */
  HistoryReading(Index index, Rows rows, int apps, LongSupplier nanoTime) {
    this.index = index;
    this.rows = rows;
    this.apps = apps;
    this.nanoTime = nanoTime;
  }

  /** A row that was found. */
  private record Candidate(int partition, IndexScan.Found found, byte[] place) {}

  /** Returns what these partitions have. */
  HistoryPage page(List<Integer> partitions, HistoryQuery query) throws NotServedException {
    List<Candidate> found = new ArrayList<>();
    byte @Nullable [] end = null;
    long began = nanoTime.getAsLong();
    int share = Math.max(FEWEST_ROWS, MOST_ROWS / apps / partitions.size());
    for (int i = 0; i < partitions.size(); i++) {
      int partition = partitions.get(i);
      // What one partition leaves of its time is for those behind it.
      long until = LONGEST.toNanos() / apps * (i + 1) / partitions.size();
      IndexScan.Result result =
          index.scan(
              partition,
              query.scan(),
              looked ->
                  looked >= share
                      || (looked >= FEWEST_ROWS && nanoTime.getAsLong() - began >= until));
      result.rows().forEach(row -> found.add(new Candidate(partition, row, row.key().place())));
      end = HistoryPage.first(end, result.end(), query);
    }
    return read(found, end, query);
  }

  private HistoryPage read(List<Candidate> found, byte @Nullable [] end, HistoryQuery query)
      throws NotServedException {
    List<Candidate> page =
        found.stream()
            .filter(each -> end == null || query.compare(each.place(), end) <= 0)
            .sorted((one, other) -> query.compare(one.place(), other.place()))
            .toList();
    byte @Nullable [] last = end;
    if (page.size() > query.limit()) {
      page = page.subList(0, query.limit());
      last = page.getLast().place();
    }
    List<HistoryPage.Row> read = new ArrayList<>();
    for (Candidate each : page) {
      rows.json(each.partition(), each.found())
          .ifPresent(json -> read.add(new HistoryPage.Row(each.place(), json)));
    }
    return new HistoryPage(read, last);
  }
}
