package dev.tidings.ingest.channel;

import dev.tidings.schemas.topic.ChannelKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The channels in the log. Thread-safe; never blocks. */
public interface Channels {
  /**
   * A channel.
   *
   * @param stores whether its most recent message is kept
   */
  record Found(boolean stores) {}

  /** Returns whether everything has been read that was in the log when reading began. */
  boolean isKnown();

  /** Returns what is known of one; answers from memory. */
  Optional<Found> find(ChannelKey key);

  /** Returns the ids of an app's, from the oldest. */
  List<String> ids(String app);

  /** Returns how many apps have. */
  int count(Predicate<String> app);

  /**
   * Returns when everything is known that is in the log now; empty if too many ask already. It may
   * never be, while the log cannot be read.
   */
  Optional<CompletionStage<Void>> catchUp();

  /**
   * Writes a new one.
   *
   * @param result told exactly once whether the log has it, in any thread
   */
  void create(ChannelKey key, boolean stores, Consumer<ChannelResult> result);

  /**
   * Deletes one for good.
   *
   * @param result told exactly once whether the log has that, in any thread
   */
  void delete(ChannelKey key, Consumer<ChannelResult> result);
}
