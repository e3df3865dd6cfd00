package dev.tidings.node.deliver;

import dev.tidings.node.session.DeviceLink;
import dev.tidings.node.session.Session;
import java.util.HashSet;
import java.util.Set;

/**
 * A device's connection: a cursor and credit, and nothing buffered. Its state is confined to the
 * partition's loop; the protocol's calls hop there.
 */
final class DeviceSession implements Session {
  private static final int MAY_WAIT_ANYHOW = 64;
  private static final int MAY_WAIT_OF_CREDIT = 8;

  private final DeliveryPartition partition;
  private final DeviceInbox inbox;
  private final DeviceLink link;
  private final int credit;
  private final PacketIds inFlight = new PacketIds();

  /** The last parked sequence sent, or passed over. */
  private long cursor = -1;

  /** How many entries stand beyond the cursor, as far as is known. */
  private long remaining;

  /** When it last confirmed something, or came; milliseconds since the epoch. */
  private long movedAt;

  private boolean reading;
  private Set<Long> goneMeanwhile = Set.of();

  /**
   * A session that begins.
   *
   * @param now milliseconds since the epoch
   */
  DeviceSession(
      DeliveryPartition partition, DeviceInbox inbox, DeviceLink link, int credit, long now) {
    this.partition = partition;
    this.inbox = inbox;
    this.link = link;
    this.credit = credit;
    this.remaining = inbox.parked().count();
    this.movedAt = now;
  }

  @Override
  public void confirmed(int packetId) {
    partition.run(() -> partition.confirmed(this, packetId));
  }

  @Override
  public void undeliverable(int packetId, String why) {
    partition.run(() -> partition.undeliverable(this, packetId, why));
  }

  @Override
  public void detached() {
    partition.run(() -> partition.detached(this));
  }

  DeviceInbox inbox() {
    return inbox;
  }

  DeviceLink link() {
    return link;
  }

  PacketIds inFlight() {
    return inFlight;
  }

  int room() {
    return credit - inFlight.size();
  }

  long cursor() {
    return cursor;
  }

  long remaining() {
    return Math.max(1, remaining);
  }

  boolean isReading() {
    return reading;
  }

  void beginsReading() {
    reading = true;
  }

  /**
   * A page has been read.
   *
   * @param last up to which sequence nothing more stands
   * @return what has gone since the page was asked for: it may be in it nevertheless
   */
  Set<Long> hasRead(long last, int entries) {
    Set<Long> gone = goneMeanwhile;
    reading = false;
    goneMeanwhile = Set.of();
    cursor = Math.max(cursor, last);
    // What has gone may or may not be in the page. Counted twice, it would have another entry
    // passed over; what stands in all is too many at worst, and only costs time.
    remaining = gone.isEmpty() ? Math.max(0, remaining - entries) : inbox.parked().count();
    return gone;
  }

  void couldNotRead() {
    reading = false;
    goneMeanwhile = Set.of();
    remaining = inbox.parked().count();
  }

  /** Whether parked entries are still to be sent, or to be looked for, before anything hot. */
  boolean isBehind() {
    return reading || inbox.isParking() || inbox.parked().high() > cursor;
  }

  void moves(long now) {
    movedAt = now;
  }

  /** Whether it has confirmed anything since then. */
  boolean hasMovedSince(long time) {
    return movedAt >= time;
  }

  /** How many hot entries may wait for its credit: more would be in the way of other devices. */
  int mayWait() {
    return Math.max(MAY_WAIT_ANYHOW, MAY_WAIT_OF_CREDIT * credit);
  }

  /** A new entry stands: beyond the cursor it will be read; behind it, it would be passed over. */
  void stands(long sequence) {
    if (sequence > cursor) {
      remaining++;
    } else if (!inFlight.contains(sequence) && !inbox.isLeaving(sequence)) {
      cursor = sequence - 1;
      remaining = inbox.parked().count();
    }
  }

  void gone(long sequence) {
    if (reading) {
      if (goneMeanwhile.isEmpty()) {
        goneMeanwhile = new HashSet<>();
      }
      goneMeanwhile.add(sequence);
    } else if (sequence > cursor) {
      remaining--;
    }
  }
}
