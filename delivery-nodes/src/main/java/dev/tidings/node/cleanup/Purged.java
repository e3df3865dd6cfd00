package dev.tidings.node.cleanup;

/**
 * The result of a search for the parked notifications of revoked tokens.
 *
 * @param found how many are still in the store, those included whose end is being written, and
 *     those that cannot be read
 * @param ended how many of them this search has ended
 */
public record Purged(int found, int ended) {
  /** Nothing is there. */
  static final Purged NOTHING = new Purged(0, 0);
}
