package dev.tidings.ingest.rest;

import dev.tidings.ingest.trace.TraceResult;
import dev.tidings.ingest.trace.TraceResult.Found;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first page of a trace on which there is something that may be read. Whoever uses an id
 * of another team for more tokens than fit on a page would hide that team's notification otherwise.
 */
final class ReadablePage {
  /** Of one request; who wants to read on asks for the next page. */
  static final int MOST = 32;

  private ReadablePage() {}

  /** A trace, in pages. */
  @FunctionalInterface
  interface Pages {
    /**
     * Returns the page that begins at a mark.
     *
     * @param mark null for the first one
     */
    TraceResult at(@Nullable String mark) throws InterruptedException;
  }

  /** Returns that page, or the last one that was looked at. */
  static TraceResult of(Pages pages, @Nullable String from, TraceScope scope)
      throws InterruptedException {
    TraceResult result = pages.at(from);
    for (int read = 1; read < MOST; read++) {
      if (!(result instanceof Found found) || found.next() == null || scope.of(found).isPresent()) {
        return result;
      }
      result = pages.at(found.next());
    }
    return result;
  }
}
