package dev.tidings.schemas.value;

import java.time.Duration;

/** How long the most recent message of a channel is kept at most. */
public final class ChannelExpiration {
  public static final Duration LONGEST = Duration.ofHours(8);

  private ChannelExpiration() {}

  /** Returns an expiration, shortened to what a channel may keep; a single attempt stays one. */
  public static Expiration shortened(Expiration asked, long nowMillis) {
    long latest = nowMillis + LONGEST.toMillis();
    return asked.isOnce() || asked.millis() <= latest ? asked : new Expiration(latest);
  }
}
