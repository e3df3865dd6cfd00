package dev.tidings.ingest.repeat;

import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.util.Optional;
import java.util.function.Consumer;

/** Knows what was accepted by any node, once the log has a receipt of it. Thread-safe. */
@FunctionalInterface
public interface EarlierRequests {
  /**
   * Looks for a notification; does not block.
   *
   * @param found called once, at once or from any thread, and within a second; with nothing too if
   *     it cannot be known now
   */
  void find(NotificationId id, Token token, Consumer<Optional<Earlier>> found);
}
