package dev.tidings.device.token;

/**
 * Gets the device's tokens, from the application's own service for example. Called on a thread of
 * its own, so it may block, and one call at a time: before each connection, and again before the
 * token of an open connection expires. It is interrupted after the client's answer timeout.
 */
@FunctionalInterface
public interface TokenSupplier {
  /**
   * Returns a token that is valid now: a JSON Web Token whose {@code sub} is the device's serial
   * number.
   *
   * @throws Exception if there is none now; it is asked again, later and later
   */
  String token() throws Exception;
}
