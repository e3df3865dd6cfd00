package dev.tidings.ingest.history;

import dev.tidings.http.Response;
import dev.tidings.ingest.history.part.EveryPart;
import dev.tidings.ingest.history.part.HistoryOperation;
import dev.tidings.ingest.trace.index.HistoryIndex.NotServedException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A provider's question about the history of some apps. Each node is asked once, about all of them:
 * what it may cost is bounded there, whatever their number.
 *
 * @param reading reads this node's parts
 */
record HistoryQuestion(HistoryQuery query, EveryPart parts, Reading reading)
    implements HistoryOperation.Question {
  /** Where other nodes ask. */
  static final String NODES_PATH = "/nodes/history";

  /** What reads the partitions of this node. */
  @FunctionalInterface
  interface Reading {
    /** Returns it. */
    HistoryReading get() throws NotServedException;
  }

  @Override
  public List<String> apps() {
    return query.apps();
  }

  @Override
  public CompletableFuture<Response> answer() throws NotServedException {
    // Others are not asked where there is none.
    HistoryReading here = reading.get();
    return parts
        .ask(
            NODES_PATH,
            query.text(),
            partitions -> here.page(partitions, query),
            HistoryPage::parse)
        .thenApply(pages -> HistoryPage.of(pages, query).response(query));
  }
}
