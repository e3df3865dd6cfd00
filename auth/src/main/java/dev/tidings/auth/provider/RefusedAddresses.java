package dev.tidings.auth.provider;

/**
 * The number of credentials that are refused to each address: a limit that is kept by whoever has
 * the connections. Thread-safe; never blocks for long.
 */
public interface RefusedAddresses {
  /** Counts a refusal. */
  void refused(long address);

  /** Returns whether another one would be more than the address may have. */
  boolean isOverLimit(long address);
}
