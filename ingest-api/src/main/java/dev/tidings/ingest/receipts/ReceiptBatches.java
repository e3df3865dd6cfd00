package dev.tidings.ingest.receipts;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The receipts of an app in batches, from a position on, for one thread that may wait for them. */
public interface ReceiptBatches extends AutoCloseable {
  /**
   * What comes next.
   *
   * @param events in the order of each partition; none if there was nothing for as long as asked
   * @param from where they begin; null as long as that is unknown
   * @param next where to go on behind them; null as long as that is unknown
   */
  record Batch(List<Event> events, @Nullable Cursor from, @Nullable Cursor next) {}

  /**
   * An event as it is told.
   *
   * @param id the same each time that it is told, and of no other
   * @param type the last step in lower case, {@code token-gone}, or {@code gap}
   * @param json an object
   */
  record Event(String id, String type, byte[] json) {
    /**
     * Tells that the position of the reader is not known any more.
     *
     * @param from where it begins instead
     */
    public static Event placeUnknown(Cursor from) {
      return new Event(
          "gap-" + from.text() + "-place",
          "gap",
          Gap.placeUnknown().json().getBytes(StandardCharsets.US_ASCII));
    }
  }

  /**
   * Returns what comes next, once there is something or the time is over.
   *
   * @param maxEvents roughly: what one receipt says stays together
   * @param maxBytes roughly
   */
  Batch next(int maxEvents, int maxBytes, Duration atMost) throws InterruptedException;

  /** Gives back what was read in advance: nothing more can be used for a while. */
  void rest();

  @Override
  void close();
}
