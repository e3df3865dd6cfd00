package dev.tidings.ingest.repeat;

import dev.tidings.ingest.accept.AppendResult;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Held by the first request with its id and token that is on its way at this node: others like it
 * wait until it has ended, and are told how. Its holder calls {@link #ended} or {@link #dropped} in
 * every case; only the first call counts. Thread-safe.
 */
public interface Claim {
  /** Nobody waits for it, and nothing is looked for. */
  Claim NONE =
      new Claim() {
        @Override
        public void find(Consumer<Optional<RepeatDecision>> found) {
          found.accept(Optional.empty());
        }

        @Override
        public void ended(AppendResult result) {
          // Nothing is remembered.
        }

        @Override
        public void dropped() {
          // Nothing was.
        }
      };

  /**
   * Looks for an earlier one in the log. If there is one, the claim has ended by that.
   *
   * @param found called once, at once or soon, from any thread; empty if it is the first, as far as
   *     is known. It must not block
   */
  void find(Consumer<Optional<RepeatDecision>> found);

  /** The log was given it, and has answered. */
  void ended(AppendResult result);

  /** It was not given to the log, and will not be. */
  void dropped();
}
