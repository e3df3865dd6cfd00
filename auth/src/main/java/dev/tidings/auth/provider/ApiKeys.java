package dev.tidings.auth.provider;

import dev.tidings.auth.HashedSecret;
import dev.tidings.auth.provider.ProviderDecision.Reason;
import dev.tidings.auth.provider.ProviderDecision.Refused;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Optional;

/** Checks API keys, {@code tid_<id>_<secret>}: of each only a hash is known. Thread-safe. */
final class ApiKeys {
  private static final String PREFIX = "tid_";

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
    Optional<HashedSecret> secret = HashedSecret.read(PREFIX, text);
    if (secret.isEmpty()) {
      return WRONG;
    }
    String id = secret.get().id();
    Optional<ProviderDirectory.ApiKey> entry = directory.apiKey(id);
    boolean matches = secret.get().matches(entry.map(ProviderDirectory.ApiKey::hash));
    return matches && entry.filter(this::isValid).isPresent()
        ? new ProviderDecision.Accepted(identity(id, entry.get()))
        : WRONG;
  }

  /** Returns what is looked at again of one that was accepted. */
  ProviderStanding standing(String text) {
    Optional<HashedSecret> secret = HashedSecret.read(PREFIX, text);
    String id = secret.map(HashedSecret::id).orElse("");
    Optional<ByteBuffer> then =
        directory
            .apiKey(id)
            .map(ProviderDirectory.ApiKey::hash)
            .filter(hash -> secret.get().matches(Optional.of(hash)));
    return () ->
        directory
            .apiKey(id)
            .filter(this::isValid)
            .filter(entry -> then.filter(entry.hash()::equals).isPresent())
            .<ProviderDecision>map(entry -> new ProviderDecision.Accepted(identity(id, entry)))
            .orElse(WRONG);
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
}
