package dev.tidings.node.replay;

import dev.tidings.node.window.DeliveryPrint;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.DeviceId;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A few records of the log, of one device or of all.
 *
 * @param records in their order; there may be none though there are some further on
 * @param withdrawn what the log takes back further on
 * @param progress how far the log was read
 */
public record Slice(List<Found> records, List<Withdrawn> withdrawn, Progress progress) {

  /** One of records. */
  public Slice(List<Found> records, Progress progress) {
    this(records, List.of(), progress);
  }

  /** Whether nothing of the span is behind it. */
  public boolean isLast() {
    return progress.next() >= progress.end();
  }

  /** A notification that is taken back. */
  public record Withdrawn(String app, DeliveryPrint print) {}

  /**
   * A record.
   *
   * @param sequence see {@link Life}
   * @param own whether it was sent to a token that is the device's now; any other is left out
   */
  public record Found(long sequence, DeviceId device, Delivery delivery, boolean own) {
    Found ofAnother() {
      return new Found(sequence, device, delivery, false);
    }
  }

  /**
   * How far a span has been read. Before its records are, all that is behind its beginning is
   * searched for withdrawals, beyond its end too.
   *
   * @param next the offset that is read next
   * @param end the offset at which the span ends
   * @param cut as in {@link ReplayEnd}
   * @param searched the offset that is searched next
   * @param searchEnd the end of the log when the replay began
   */
  public record Progress(long next, long end, boolean cut, long searched, long searchEnd) {

    /** One of which all has been searched. */
    public Progress(long next, long end, boolean cut) {
      this(next, end, cut, end, end);
    }

    boolean isSearched() {
      return searched >= searchEnd;
    }

    Progress searchedTo(long offset) {
      return new Progress(next, end, cut, offset, searchEnd);
    }

    /** The same, to be read from there on. */
    public Progress readTo(long offset) {
      return new Progress(offset, end, cut, searched, searchEnd);
    }

    Progress endsAt(long offset) {
      return new Progress(next, offset, cut, searched, searchEnd);
    }
  }

  /**
   * What is to be read.
   *
   * @param device null for all of the partition
   * @param progress null at the beginning
   * @param cancelled whether nobody wants it any more. From any thread
   */
  public record Wanted(
      int partition,
      @Nullable DeviceId device,
      Life life,
      ReplaySpan span,
      @Nullable Progress progress,
      BooleanSupplier cancelled) {}
}
