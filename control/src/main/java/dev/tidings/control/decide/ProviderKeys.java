package dev.tidings.control.decide;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.schemas.avro.ProviderKey;
import java.nio.ByteBuffer;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;

/** Decisions about the keys of providers' tokens, besides those about all credentials. */
public final class ProviderKeys {
  private ProviderKeys() {}

  /** Keeps the public key of a pair that was made for a provider. */
  public static ControlChange<ProviderKey> create(
      ControlEntries entries, KeyScope scope, PublicKey key, Instant now) {
    return put(CredentialKind.PROVIDER_KEY.newId(entries), scope, key, "create", now);
  }

  /**
   * Keeps the public key of a pair that a provider has.
   *
   * @param chosen its id; empty for a random one
   */
  public static ControlChange<ProviderKey> register(
      ControlEntries entries, KeyScope scope, PublicKey key, Optional<String> chosen, Instant now) {
    return put(CredentialKind.PROVIDER_KEY.id(entries, chosen), scope, key, "register", now);
  }

  private static ControlChange<ProviderKey> put(
      String kid, KeyScope scope, PublicKey key, String operation, Instant now) {
    return ControlChange.put(
        ControlKind.PROVIDER_KEY,
        kid,
        new ProviderKey(scope.team(), ByteBuffer.wrap(key.getEncoded()), scope.apps(), now, null),
        "key " + operation + ": " + scope.words());
  }

  /** Says anew which apps of its team a key is for. */
  public static ControlChange<ProviderKey> scope(
      ControlEntries entries, String kid, KeyScope scope) {
    ProviderKey key = CredentialKind.PROVIDER_KEY.require(entries, kid);
    return ControlChange.replace(
        ControlKind.PROVIDER_KEY,
        kid,
        key,
        new ProviderKey(
            key.getTeam(), key.getPublicKey(), scope.apps(), key.getCreated(), key.getNotAfter()),
        "key scope: " + scope.words());
  }
}
