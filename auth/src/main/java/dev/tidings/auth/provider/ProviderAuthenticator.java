package dev.tidings.auth.provider;

import dev.tidings.auth.Decision;

/**
 * Decides on whose behalf a request is made. Called on an event loop, once for each connection and
 * credential, and must answer from memory: keys are followed beforehand, not fetched. Thread-safe.
 */
@FunctionalInterface
public interface ProviderAuthenticator {
  /** Checks the credentials of a request. */
  Decision<ProviderIdentity> authenticate(ProviderCredentials credentials);
}
