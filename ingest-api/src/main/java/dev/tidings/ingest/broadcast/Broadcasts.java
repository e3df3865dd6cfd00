package dev.tidings.ingest.broadcast;

import dev.tidings.schemas.value.NotificationId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The broadcasts in the log. Thread-safe; never blocks. */
public interface Broadcasts {
  /** Returns whether everything has been read that was in the log when reading began. */
  boolean isKnown();

  /** Returns how many have not ended, of apps. */
  int open(Predicate<String> app);

  /** Returns what is known of one; answers from memory. */
  Optional<BroadcastState> find(NotificationId id);

  /**
   * Returns when everything is known that is in the log now; empty if too many ask already. It may
   * never be, while the log cannot be read.
   */
  Optional<CompletionStage<Void>> catchUp();

  /**
   * Writes a broadcast to every partition.
   *
   * @param result told exactly once whether all of them have it, in any thread
   */
  void send(NewBroadcast broadcast, byte[] payload, Consumer<BroadcastResult> result);

  /**
   * Writes to every partition that a broadcast is to stop.
   *
   * @param app that it is for
   * @param result told exactly once whether all of them have it, in any thread
   */
  void stop(NotificationId id, String app, Consumer<BroadcastResult> result);
}
