package dev.tidings.auth.provider;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The keys and apps that there are now. Asked at each request, on event loops: it answers from
 * memory, and with equal entries as long as nothing has changed. Thread-safe.
 */
public interface ProviderDirectory {
  /**
   * Returns a key that provider tokens are signed with; empty if there is none, or none any more.
   */
  Optional<Key> key(String id);

  /** Returns an API key; empty if there is none, or none any more. */
  Optional<ApiKey> apiKey(String id);

  /** Returns whose app it is; empty if there is no such app. */
  Optional<String> team(String app);

  /** Returns whether everything is known; until then nobody can be accepted or refused. */
  boolean isComplete();

  /**
   * A public key.
   *
   * @param team whose tokens it signs
   * @param publicKey as X.509's SubjectPublicKeyInfo
   * @param apps that its tokens are limited to; empty for all of the team
   * @param notAfter when it stops being valid, if ever
   */
  record Key(
      String team, ByteBuffer publicKey, Optional<List<String>> apps, Optional<Instant> notAfter) {}

  /**
   * An API key.
   *
   * @param team on whose behalf its owner acts
   * @param hash SHA-256 of the whole key
   * @param apps that it is limited to; empty for all of the team
   * @param notAfter when it stops being valid, if ever
   */
  record ApiKey(
      String team, ByteBuffer hash, Optional<List<String>> apps, Optional<Instant> notAfter) {}
}
