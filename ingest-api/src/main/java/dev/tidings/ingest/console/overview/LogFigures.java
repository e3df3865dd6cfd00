package dev.tidings.ingest.console.overview;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * How far the log has come.
 *
 * @param accepted how many records were ever written to {@code notifications}
 * @param lags by partition
 */
record LogFigures(long accepted, SortedMap<Integer, Lag> lags) {
  /**
   * The records of a partition that are not read yet.
   *
   * @param notifications those that are not resolved; null if that is not known
   * @param deliveries those that are neither confirmed nor parked; null if that is not known
   */
  record Lag(@Nullable Long notifications, @Nullable Long deliveries) {}
}
