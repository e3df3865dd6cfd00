package dev.tidings.node.deliver;

import dev.tidings.node.session.DeviceLink;
import dev.tidings.node.session.Session;

/**
 * A device's connection: a cursor and credit, and nothing buffered. Its state is confined to the
 * partition's loop; the protocol's calls hop there.
 */
final class DeviceSession implements Session {
  private final DeliveryPartition partition;
  private final DeviceInbox inbox;
  private final DeviceLink link;
  private final int credit;
  private final PacketIds inFlight = new PacketIds();

  /** The last parked sequence sent, or passed over. */
  private long cursor = -1;

  /** How many entries stand beyond the cursor, as far as is known. */
  private long remaining;

  private boolean reading;

  DeviceSession(DeliveryPartition partition, DeviceInbox inbox, DeviceLink link, int credit) {
    this.partition = partition;
    this.inbox = inbox;
    this.link = link;
    this.credit = credit;
    this.remaining = inbox.parked().count();
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
   */
  void hasRead(long last, int entries) {
    reading = false;
    cursor = Math.max(cursor, last);
    remaining = Math.max(0, remaining - entries);
  }

  void couldNotRead() {
    reading = false;
  }

  /** Whether parked entries are still to be sent, or to be looked for, before anything hot. */
  boolean isBehind() {
    return reading || inbox.isParking() || inbox.parked().high() > cursor;
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
    if (sequence > cursor) {
      remaining--;
    }
  }
}
