package dev.tidings.ingest.history.statistics;

import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.ingest.history.part.EveryPart;
import dev.tidings.ingest.history.part.HistoryOperation;
import dev.tidings.ingest.history.part.PartAnswers;
import dev.tidings.ingest.trace.index.DayCounts;
import dev.tidings.ingest.trace.index.HistoryIndex;
import dev.tidings.ingest.trace.index.HistoryIndex.NotServedException;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/statistics}: how many notifications became of what. Thread-safe; blocks. */
public final class Statistics implements HistoryOperation.Understanding, PartAnswers.Answer {
  /** Where providers ask. */
  public static final String PATH = "/v1/statistics";

  /** Where other nodes ask. */
  public static final String NODES_PATH = "/nodes/statistics";

  /** How many counts of apps, days and categories one answer is made of. */
  private static final int MOST_COUNTS = 100_000;

  /** The index of this node. */
  @FunctionalInterface
  public interface Index {
    /** Returns it. */
    HistoryIndex get() throws NotServedException;
  }

  private final EveryPart parts;
  private final Index index;
  private final InstantSource clock;

  /** Counts what is in all parts. */
  public Statistics(EveryPart parts, Index index, InstantSource clock) {
    this.parts = parts;
    this.index = index;
    this.clock = clock;
  }

  @Override
  public HistoryOperation.Question of(Request head) {
    StatisticsQuery query = query(head.query(), head.header(HttpHeaderNames.ACCEPT));
    return new HistoryOperation.Question() {
      @Override
      public List<String> apps() {
        return query.apps();
      }

      @Override
      public CompletableFuture<Response> answer() throws NotServedException {
        // Others are not asked where there is none.
        HistoryIndex here = index.get();
        return parts
            .ask(
                NODES_PATH,
                query.text(),
                partitions -> counted(here, partitions, query),
                CountedDays::parse)
            .thenApply(counted -> StatisticsAnswer.of(CountedDays.of(counted), query));
      }
    };
  }

  @Override
  public byte[] of(List<Integer> partitions, String query) throws NotServedException {
    return counted(index.get(), partitions, query(query, null)).text();
  }

  private StatisticsQuery query(@Nullable String text, @Nullable String accept) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    return StatisticsQuery.of(text, accept, today);
  }

  private static CountedDays counted(
      HistoryIndex here, List<Integer> partitions, StatisticsQuery query)
      throws NotServedException {
    CountedDays counted = new CountedDays();
    for (int partition : partitions) {
      for (String app : query.apps()) {
        Map<DayCounts.Of, DayCounts> days =
            here.counts(partition, app, query.from().toEpochDay(), query.to().toEpochDay());
        if (query.tellsCategoriesApart()) {
          counted.add(app, days);
        } else {
          // So asks a node of an earlier version, too, which knows no categories.
          counted.addTogether(app, days);
        }
        if (counted.size() > MOST_COUNTS) {
          throw new NotServedException(HistoryIndex.TOO_MANY);
        }
      }
    }
    return counted;
  }
}
