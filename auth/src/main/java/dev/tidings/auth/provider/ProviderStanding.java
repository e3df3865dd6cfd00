package dev.tidings.auth.provider;

/**
 * The credential that a request was accepted by, to be looked at again while it goes on: without
 * the secret, and without verifying a signature once more. Thread-safe.
 */
@FunctionalInterface
public interface ProviderStanding {
  /** Decides again, as things are now; from memory. */
  ProviderDecision decide();
}
