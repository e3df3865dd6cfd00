package dev.tidings.auth.provider;

import dev.tidings.auth.jose.JoseException;
import dev.tidings.auth.jose.VerificationKey;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A provider's key, ready to verify tokens, with the tokens that it has verified last: the same
 * token comes on many connections. Thread-safe.
 */
final class VerifyingKey {
  private static final Logger log = LoggerFactory.getLogger(VerifyingKey.class);

  /** Tokens that are remembered. */
  private static final int REMEMBERED = 128;

  /** Verifications of one key each second, so that a flood under one key leaves the others some. */
  static final int PER_SECOND = 100;

  /** Whether a token is its owner's. */
  enum Result {
    GENUINE,
    FORGED,
    /** Too many are being verified. */
    NOT_NOW
  }

  private final ProviderDirectory.Key entry;
  private final ProviderDecision.Accepted accepted;
  private final Optional<VerificationKey> key;
  private final Allowance allowance;
  private final SequencedMap<String, Boolean> verified = new LinkedHashMap<>(16, 0.75f, true);

  VerifyingKey(
      String id, ProviderDirectory.Key entry, ProviderIdentity identity, Allowance allowance) {
    this.entry = entry;
    this.accepted = new ProviderDecision.Accepted(identity);
    this.key = read(id, entry);
    this.allowance = allowance;
  }

  private static Optional<VerificationKey> read(String id, ProviderDirectory.Key entry) {
    byte[] bytes = new byte[entry.publicKey().remaining()];
    entry.publicKey().duplicate().get(bytes);
    try {
      return Optional.of(VerificationKey.es256(id, bytes));
    } catch (JoseException e) {
      log.warn("provider key {}: {}; its tokens are refused", id, e.text());
      return Optional.empty();
    }
  }

  /** Returns whether it was made from an equal entry. */
  boolean isOf(ProviderDirectory.Key other) {
    return entry.equals(other);
  }

  /** Returns whether it verifies the same tokens. */
  boolean verifiesAs(VerifyingKey other) {
    return entry.team().equals(other.entry.team())
        && entry.publicKey().equals(other.entry.publicKey());
  }

  /** Returns whether both may be used on one connection: their apps are the same. */
  boolean isRelatedTo(VerifyingKey other) {
    return entry.apps().map(Set::copyOf).equals(other.entry.apps().map(Set::copyOf));
  }

  String team() {
    return entry.team();
  }

  /** Returns the decision about its tokens. */
  ProviderDecision.Accepted accepted() {
    return accepted;
  }

  /** Returns whether it is one of the tokens that it has verified last. */
  boolean remembers(String text) {
    synchronized (verified) {
      return verified.get(text) != null;
    }
  }

  /**
   * Verifies a token that it does not {@linkplain #remembers remember}.
   *
   * @param shared the verifications of all keys
   */
  Result verify(String text, ProviderToken token, Allowance shared) {
    if (key.isEmpty()) {
      return Result.FORGED;
    }
    if (!allowance.take()) {
      return Result.NOT_NOW;
    }
    if (!shared.take()) {
      allowance.giveBack();
      return Result.NOT_NOW;
    }
    if (!key.get().verifies(token.jws())) {
      return Result.FORGED;
    }
    synchronized (verified) {
      verified.put(text, true);
      if (verified.size() > REMEMBERED) {
        verified.pollFirstEntry();
      }
    }
    return Result.GENUINE;
  }
}
