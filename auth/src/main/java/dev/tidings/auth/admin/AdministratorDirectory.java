package dev.tidings.auth.admin;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/** The administrators there are. Answers from memory. Thread-safe. */
public interface AdministratorDirectory {
  /**
   * A credential.
   *
   * @param hash SHA-256 of the whole secret; not to be changed
   * @param notAfter from then on it is refused
   */
  record Credential(ByteBuffer hash, Optional<Instant> notAfter, AdministratorRole role) {}

  /** Returns a credential by its id. */
  Optional<Credential> credential(String id);

  /** Returns whether all of them are known: asked after one was not found. */
  boolean isComplete();
}
