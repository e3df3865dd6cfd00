package dev.tidings.node.replay;

import dev.tidings.node.window.Life;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.DeviceId;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A few of a device's records of the log.
 *
 * @param records in their order; there may be none though there are some further on
 * @param progress how far the log was read
 */
public record Slice(List<Found> records, Progress progress) {

  /** Whether nothing of the span is behind it. */
  public boolean isLast() {
    return progress.next() >= progress.end();
  }

  /**
   * A record.
   *
   * @param sequence see {@link Life}
   * @param own whether it was sent to a token that is the device's now; any other is left out
   */
  public record Found(long sequence, Delivery delivery, boolean own) {
    Found ofAnother() {
      return new Found(sequence, delivery, false);
    }
  }

  /**
   * How far a span has been read.
   *
   * @param next the offset that is read next
   * @param end the offset at which the span ends
   * @param cut as in {@link ReplayEnd}
   */
  public record Progress(long next, long end, boolean cut) {}

  /**
   * What is to be read.
   *
   * @param progress null at the beginning
   * @param cancelled whether nobody wants it any more. From any thread
   */
  public record Wanted(
      int partition,
      DeviceId device,
      Life life,
      ReplaySpan span,
      @Nullable Progress progress,
      BooleanSupplier cancelled) {}
}
