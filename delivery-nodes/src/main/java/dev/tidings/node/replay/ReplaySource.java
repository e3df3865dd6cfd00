package dev.tidings.node.replay;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The source of the records of replays. Thread-safe; never blocks. */
public interface ReplaySource {
  ReplayRules rules();

  /** Takes one of the places for replays; tells whether there was one. */
  boolean enter();

  /** Gives a place back. */
  void leave();

  /**
   * Reads on, when it is this one's turn.
   *
   * @param then called once, from any thread: with what was read, or why it could not be
   */
  void read(Slice.Wanted wanted, BiConsumer<@Nullable Slice, @Nullable Throwable> then);

  /**
   * Returns the same for what providers have ordered: with fewer places, which take none from
   * devices' own replays, and every second turn at most while those wait.
   */
  ReplaySource ordered();
}
