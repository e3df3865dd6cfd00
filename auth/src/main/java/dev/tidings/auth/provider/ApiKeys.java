package dev.tidings.auth.provider;

import dev.tidings.auth.provider.ProviderDecision.Reason;
import dev.tidings.auth.provider.ProviderDecision.Refused;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Optional;

/** Checks API keys, {@code tid_<id>_<secret>}: of each only a hash is known. Thread-safe. */
final class ApiKeys {
  private static final String PREFIX = "tid_";
  private static final char SEPARATOR = '_';
  private static final int MAX_LENGTH = 256;

  /** What an unknown key is compared with, so that it takes as long as a known one. */
  private static final byte[] NO_HASH = new byte[32];

  private static final Refused WRONG =
      new Refused(Reason.INVALID, "API key (expected: one that is valid)");

  private final ProviderDirectory directory;
  private final InstantSource clock;

  ApiKeys(ProviderDirectory directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /** Returns whether it may be an API key; no token begins like one. */
  static boolean isOne(String text) {
    return text.startsWith(PREFIX);
  }

  ProviderDecision check(String text) {
    int end = text.indexOf(SEPARATOR, PREFIX.length());
    if (end < 0 || text.length() > MAX_LENGTH) {
      return WRONG;
    }
    String id = text.substring(PREFIX.length(), end);
    Optional<ProviderDirectory.ApiKey> entry = directory.apiKey(id);
    boolean matches =
        MessageDigest.isEqual(entry.map(each -> bytes(each.hash())).orElse(NO_HASH), hash(text));
    return matches && entry.filter(this::isValid).isPresent()
        ? new ProviderDecision.Accepted(identity(id, entry.get()))
        : WRONG;
  }

  /** Returns the owner of an API key that is valid now. */
  Optional<ProviderIdentity> find(String id) {
    return directory.apiKey(id).filter(this::isValid).map(entry -> identity(id, entry));
  }

  private boolean isValid(ProviderDirectory.ApiKey entry) {
    return entry.notAfter().filter(end -> !clock.instant().isBefore(end)).isEmpty();
  }

  private ProviderIdentity identity(String id, ProviderDirectory.ApiKey entry) {
    return ProviderIdentity.of(directory, entry.team(), entry.apps(), Providers.API_KEY + id);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
