package dev.tidings.node.window;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.DeviceId;
import org.jspecify.annotations.Nullable;

/**
 * A delivery in the hot window. Confined to its partition's event loop.
 *
 * <p>It lives {@code OPEN → SENT → CONFIRMED → resolved} where the device is there, and goes over
 * to {@code PARKED} from either of the first two where it is not.
 */
public final class Entry {
  /** How far an entry has come. */
  public enum State {
    /** Waits for its turn on the device's connection. */
    OPEN,
    /** Written to the connection, waits for the device's confirmation. */
    SENT,
    /** Over; its receipt is on its way to the log. */
    ENDING,
    /** Handed to the inbox; resolved once it stands there. */
    PARKED,
    RESOLVED
  }

  private static final DeviceId NOBODY = new DeviceId("nobody");

  private final long sequence;
  private final DeviceId device;
  private final int bytes;
  private final long arrivedAt;
  private @Nullable Delivery delivery;
  private State state = State.OPEN;
  private boolean parked;
  private boolean hot;
  private @Nullable Long sentAt;

  /**
   * @param sequence of the record in {@code deliveries}: see {@link Life}
   * @param bytes what it weighs in memory
   * @param arrivedAt milliseconds since any moment, the same for all: ages are told by it
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
   * A record that is no delivery: it stays in the window until its dead letter stands.
   *
   * @param bytes what it weighs in memory
   */
  public static Entry unreadable(long sequence, int bytes, long arrivedAt) {
    Entry entry = new Entry(sequence, NOBODY, bytes, arrivedAt, null);
    entry.state = State.ENDING;
    return entry;
  }

  public long sequence() {
    return sequence;
  }

  public DeviceId device() {
    return device;
  }

  public long arrivedAt() {
    return arrivedAt;
  }

  /** What it weighs in memory. */
  public int bytes() {
    return bytes;
  }

  /** What is to be delivered; gone once the entry is resolved. */
  public Delivery delivery() {
    Delivery present = delivery;
    if (present == null) {
      throw new IllegalStateException("sequence: " + sequence + " (expected: not resolved)");
    }
    return present;
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

  /** It has been written to a connection, at this time in milliseconds since the epoch. */
  public void sent(long at) {
    moveTo(State.SENT);
    sentAt = at;
  }

  /** When it was last written to a connection; null if it never was. */
  public @Nullable Long sentAt() {
    return sentAt;
  }

  /** Whether it counts among what its device holds of the window. */
  public boolean isHot() {
    return hot;
  }

  public void hot(boolean now) {
    hot = now;
  }

  /** Whether it was handed to the inbox, and is its business from then on. */
  public boolean wasParked() {
    return parked;
  }

  /** An entry behind an unresolved one stays in the window, but its payload need not. */
  void resolve() {
    state = State.RESOLVED;
    delivery = null;
  }
}
