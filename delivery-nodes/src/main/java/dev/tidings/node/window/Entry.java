package dev.tidings.node.window;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.DeviceId;
import org.jspecify.annotations.Nullable;

/**
 * A delivery in the hot window. Confined to its partition's event loop.
 *
 * <p>Its states are {@code OPEN → SENT → ENDING → RESOLVED} while the device is connected; it
 * changes to {@code PARKED} from either of the first two if the device is not.
 */
public final class Entry {
  /** The state of an entry. */
  public enum State {
    /** Waits for its turn on the device's connection. */
    OPEN,
    /** Written to the connection, waits for the device's confirmation. */
    SENT,
    /** Settled; its receipt is being written to the log. */
    ENDING,
    /** Handed to the inbox; resolved once it is stored there. */
    PARKED,
    RESOLVED
  }

  private static final long NEVER = Long.MIN_VALUE;
  private static final DeviceId NOBODY = new DeviceId("nobody");

  private final long sequence;
  private DeviceId device;
  private final int bytes;
  private final long arrivedAt;
  private @Nullable Delivery delivery;
  private State state = State.OPEN;
  private boolean parked;
  private boolean hot;
  private long sentAt = NEVER;

  /** The unresolved entries before and after it, for the window. */
  @Nullable Entry older;

  @Nullable Entry newer;

  /**
   * @param sequence the sequence of the record in {@code deliveries}: see {@link Life}
   * @param bytes its size in memory
   * @param arrivedAt milliseconds since an arbitrary moment, the same for all entries: their age is
   *     measured by it
   */
  public Entry(long sequence, DeviceId device, Delivery delivery, int bytes, long arrivedAt) {
    this(sequence, device, bytes, arrivedAt, delivery);
  }

  private Entry(
      long sequence, DeviceId device, int bytes, long arrivedAt, @Nullable Delivery delivery) {
    this.sequence = sequence;
    this.device = device;
    this.bytes = bytes;
    this.arrivedAt = arrivedAt;
    this.delivery = delivery;
  }

  /**
   * Creates an entry for an unreadable record: it stays in the window until its dead letter is in
   * the log.
   *
   * @param bytes its size in memory
   */
  public static Entry unreadable(long sequence, int bytes, long arrivedAt) {
    Entry entry = new Entry(sequence, NOBODY, bytes, arrivedAt, null);
    entry.state = State.ENDING;
    return entry;
  }

  public long sequence() {
    return sequence;
  }

  /** Returns its device; nobody once the entry is resolved. */
  public DeviceId device() {
    return device;
  }

  public long arrivedAt() {
    return arrivedAt;
  }

  /** Returns its size in memory, in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Returns the delivery; not available once the entry is resolved. */
  public Delivery delivery() {
    Delivery present = delivery;
    if (present == null) {
      throw new IllegalStateException("sequence: " + sequence + " (expected: not resolved)");
    }
    return present;
  }

  /** Returns its token; null if it has none, or is resolved. */
  public @Nullable String token() {
    return delivery == null ? null : delivery.getToken();
  }

  public State state() {
    return state;
  }

  public void moveTo(State next) {
    if (next == State.RESOLVED || state == State.RESOLVED) {
      throw new IllegalStateException("only the window resolves: " + state + " → " + next);
    }
    state = next;
    parked |= next == State.PARKED;
  }

  /** Notes that it was written to a connection, at this time in milliseconds since the epoch. */
  public void sent(long at) {
    moveTo(State.SENT);
    sentAt = at;
  }

  /** Returns whether it was ever written to a connection. */
  public boolean wasSent() {
    return sentAt != NEVER;
  }

  /** Returns the time when it was last written to a connection; null if it never was. */
  public @Nullable Long sentAt() {
    return wasSent() ? sentAt : null;
  }

  /** Returns whether it counts as hot: held in the window for its device. */
  public boolean isHot() {
    return hot;
  }

  public void hot(boolean now) {
    hot = now;
  }

  /** Returns whether the parked inbox is responsible for this entry. */
  public boolean wasParked() {
    return parked;
  }

  /**
   * Marks it resolved and drops what it holds: the entry itself stays in the window while an
   * earlier one is unresolved.
   */
  void resolve() {
    state = State.RESOLVED;
    device = NOBODY;
    delivery = null;
    sentAt = NEVER;
  }
}
