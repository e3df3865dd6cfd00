package dev.tidings.node.replay.ordered;

import java.util.Locale;

/** How an order ends in a partition. */
enum Ending {
  /** Nothing is left of the span. */
  COMPLETED,
  /** Somebody has stopped it. */
  STOPPED,
  /** Its device did not come, or took nothing, for too long. */
  AWAY,
  /** It took too long altogether. */
  EXPIRED,
  /** The log could not be read, or takes back more than can be remembered. */
  FAILED;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
