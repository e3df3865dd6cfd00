package dev.tidings.ingest.earlier;

import dev.tidings.ingest.repeat.Earlier;
import java.util.Optional;

/** What is known of a notification. */
sealed interface Answer {
  /** What the receipt says of its acceptance; empty if there is none. */
  record Known(Optional<Earlier> earlier) implements Answer {}

  /** It cannot be known now. */
  record Unknown() implements Answer {}

  /** There is no receipt. */
  Answer NOTHING = new Known(Optional.empty());

  /** It cannot be known now. */
  Answer UNKNOWN = new Unknown();
}
