package dev.tidings.infra.process;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The addresses at which a service listens.
 *
 * @param byName the endpoints by name ({@code http}, {@code mqtt}, …), in the order the service
 *     gave them
 */
public record Endpoints(Map<String, HostPort> byName) {
  public Endpoints {
    byName = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  /** Parses the line that a service prints: {@code READY name endpoint=host:port …}. */
  static Endpoints parse(String line) {
    var byName = new LinkedHashMap<String, HostPort>();
    for (String word : line.strip().split(" +", -1)) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        HostPort.parse(word.substring(equals + 1))
            .ifPresent(address -> byName.put(word.substring(0, equals), address));
      }
    }
    return new Endpoints(byName);
  }

  /**
   * Returns the endpoint of that name.
   *
   * @throws IllegalArgumentException if the service did not name one
   */
  public HostPort get(String name) {
    return find(name)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "endpoint: %s (expected: one of %s)".formatted(name, byName.keySet())));
  }

  /** Returns the endpoint of that name, if the service has one. */
  public Optional<HostPort> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
