package dev.tidings.auth.device.jwt;

import dev.tidings.auth.device.IssuerEntry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All issuers whose tokens are checked: those of the settings, which count for their names whatever
 * is entered, and those that administrators have entered. Thread-safe.
 *
 * @param configured by the {@code iss} of their tokens
 */
record Issuers(Map<String, KnownIssuer> configured, EnteredIssuers entered) {
  Optional<KnownIssuer> find(String name) {
    KnownIssuer ours = configured.get(name);
    return ours == null ? entered.find(name) : Optional.of(ours);
  }

  /** Returns one that has been entered, and counts. */
  Optional<EnteredIssuer> entered(IssuerEntry entry) {
    return configured.containsKey(entry.name()) ? Optional.empty() : entered.of(entry);
  }

  /** Returns the keys of each. */
  List<IssuerKeys> keys() {
    return Stream.concat(configured.values().stream(), entered.all().stream())
        .map(KnownIssuer::keys)
        .toList();
  }

  /** Returns how many have no keys, so that none of their devices is accepted. */
  int withoutKeys() {
    return (int) keys().stream().filter(IssuerKeys::isEmpty).count();
  }

  /** Returns why no device can be accepted; empty if there is a key of at least one. */
  Optional<String> wrong() {
    List<IssuerKeys> all = keys();
    if (all.isEmpty()) {
      return Optional.of(
          "there is no issuer (expected: one in auth.devices.issuers, or one that an administrator"
              + " has entered)");
    }
    if (all.stream().anyMatch(each -> !each.isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(
        all.stream()
            .map(IssuerKeys::state)
            .limit(10)
            .collect(Collectors.joining("; ", "no keys of any issuer: ", "")));
  }
}
