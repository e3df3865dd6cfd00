package dev.tidings.service.kafka.damage;

import java.time.Duration;

/**
 * The damaged record at which a partition stands, and what is done about it: it is fetched again
 * every few seconds, since another replica may be intact; or it is skipped, once it was damaged in
 * three fetches, if the operator wants that. The number of records in a damaged batch is unknown,
 * so they are skipped one by one; those right behind a skipped one are fetched once. Not
 * thread-safe.
 */
public final class DamagedRecord {
  static final Duration BETWEEN_FETCHES = Duration.ofSeconds(5);
  static final Duration BEFORE_SKIPPING = Duration.ofSeconds(1);
  static final int FETCHES = 3;

  private final boolean skips;
  private long offset = -1;
  private int fetches;
  private boolean follows;

  /**
   * @param skips whether the operator wants it to be skipped
   */
  public DamagedRecord(boolean skips) {
    this.skips = skips;
  }

  /**
   * The record at this offset was fetched, and is damaged. Returns whether it is to be skipped now;
   * else it is to be fetched again after {@link #patience}.
   */
  public boolean isSkipped(long at) {
    if (offset != at) {
      offset = at;
      fetches = 0;
      follows = false;
    }
    fetches++;
    if (!skips || (!follows && fetches < FETCHES)) {
      return false;
    }
    offset = at + 1;
    fetches = 0;
    follows = true;
    return true;
  }

  /** Returns when to fetch it again. */
  public Duration patience() {
    return skips ? BEFORE_SKIPPING : BETWEEN_FETCHES;
  }

  /** Returns the offset of the record; behind those that were skipped. */
  long offset() {
    return offset;
  }
}
