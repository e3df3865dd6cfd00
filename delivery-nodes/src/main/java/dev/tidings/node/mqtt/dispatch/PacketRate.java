package dev.tidings.node.mqtt.dispatch;

import java.util.concurrent.TimeUnit;

/**
 * The rate at which the device of one connection may send packets: so often in a second on average,
 * and {@link #BURST_SECONDS} times as often at once. Confirmations do not count, as long as there
 * are no more of them than notifications were sent: a device that gets many has to confirm many.
 * There is one for each idle device, so its fields are few. Event loop only.
 */
final class PacketRate {
  /** A device that comes back may have much to say: filters, and apps to register. */
  static final int BURST_SECONDS = 10;

  /** The time for one packet; 0: there is no limit. */
  private final long interval;

  private final long burst;

  /** The turn of the next packet, by the connection's clock. */
  private long turn;

  /** Confirmations that did not count; goes round, as the number of notifications does. */
  private int confirmed;

  /**
   * @param perSecond 0 for no limit
   */
  PacketRate(int perSecond, long now) {
    this.interval = perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / perSecond;
    this.burst = (perSecond * (long) BURST_SECONDS - 1) * interval;
    this.turn = now - burst;
  }

  /** Counts a packet. Returns whether the device may send it. */
  boolean admits(long now) {
    long earliest = now - burst;
    long next = turn - earliest > 0 ? turn : earliest;
    if (interval != 0 && next - now > 0) {
      return false;
    }
    turn = next + interval;
    return true;
  }

  /**
   * Counts a confirmation. Returns whether it is one of a notification that was sent: another one
   * counts as a packet.
   *
   * @param sent how many notifications the connection has sent so far
   */
  boolean expectsConfirmation(int sent) {
    if (sent - confirmed > 0) {
      confirmed++;
      return true;
    }
    return false;
  }
}
