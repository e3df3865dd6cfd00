package dev.tidings.ingest.earlier;

import dev.tidings.ingest.repeat.Earlier;
import java.util.Optional;

/** The answer to the question whether a notification was accepted before. */
sealed interface EarlierAnswer {
  /** What the receipt says of its acceptance; empty if there is none. */
  record Known(Optional<Earlier> earlier) implements EarlierAnswer {}

  /** It cannot be known now. */
  record Unknown() implements EarlierAnswer {}

  /** There is no receipt. */
  EarlierAnswer NOTHING = new Known(Optional.empty());

  /** It cannot be known now. */
  EarlierAnswer UNKNOWN = new Unknown();
}
