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
  /** How many rows are looked at, of all apps and partitions. */
  private static final int MOST_ROWS = 50_000;

  /** How many are looked at of each app in each partition, however many there are and how slow. */
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
  private final LongSupplier nanoTime;

  HistoryReading(Index index, Rows rows, LongSupplier nanoTime) {
    this.index = index;
    this.rows = rows;
    this.nanoTime = nanoTime;
  }

  /** A row that was found. */
  private record Candidate(int partition, IndexScan.Found found, byte[] place) {}

  /** Returns what these partitions have of the apps. */
  HistoryPage page(List<Integer> partitions, HistoryQuery query) throws NotServedException {
    List<Candidate> found = new ArrayList<>();
    byte @Nullable [] end = null;
    long began = nanoTime.getAsLong();
    int scans = query.apps().size() * partitions.size();
    int share = Math.max(FEWEST_ROWS, MOST_ROWS / scans);
    int begun = 0;
    for (String app : query.apps()) {
      IndexScan scan = query.scan(app);
      for (int partition : partitions) {
        // What one scan leaves of its time is for those behind it.
        long until = LONGEST.toNanos() * ++begun / scans;
        IndexScan.Result result =
            index.scan(
                partition,
                scan,
                looked ->
                    looked >= share
                        || (looked >= FEWEST_ROWS && nanoTime.getAsLong() - began >= until));
        result.rows().forEach(row -> found.add(new Candidate(partition, row, row.key().place())));
        end = HistoryPage.first(end, result.end(), query);
      }
      keepFirst(found, query);
    }
    return read(found, end, query);
  }

  /** One more than a page has: it tells that there are more. */
  private static void keepFirst(List<Candidate> found, HistoryQuery query) {
    found.sort((one, other) -> query.compare(one.place(), other.place()));
    if (found.size() > query.limit() + 1) {
      found.subList(query.limit() + 1, found.size()).clear();
    }
  }

  private HistoryPage read(List<Candidate> found, byte @Nullable [] end, HistoryQuery query)
      throws NotServedException {
    List<Candidate> page =
        found.stream()
            .filter(each -> end == null || query.compare(each.place(), end) <= 0)
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
