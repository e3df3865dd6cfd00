package dev.tidings.device;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the next server: the configured ones in turn, and between them those that a server
 * referred to, once each. For the network thread only.
 */
final class Route {
  private final List<ServerAddress> configured;
  private final Queue<ServerAddress> referred = new ArrayDeque<>();
  private int current;
  private @Nullable ServerAddress elsewhere;

  Route(List<ServerAddress> configured) {
    this.configured = configured;
  }

  ServerAddress current() {
    ServerAddress other = elsewhere;
    return other == null ? configured.get(current) : other;
  }

  /**
   * Adds the servers that the current one named.
   *
   * @param reference {@code host:port}, or several separated by spaces; invalid ones are ignored
   * @return whether one of them is usable
   */
  boolean refer(String reference) {
    List<ServerAddress> usable =
        Arrays.stream(reference.trim().split(" +"))
            .map(ServerAddress::parse)
            .filter(Optional::isPresent)
            .map(Optional::get)
            .collect(Collectors.toList());
    if (usable.isEmpty()) {
      return false;
    }
    referred.clear();
    referred.addAll(usable);
    elsewhere = referred.poll();
    return true;
  }

  /** Reports that the current server refused or disconnected the device. */
  void failed() {
    boolean wasElsewhere = elsewhere != null;
    elsewhere = referred.poll();
    if (!wasElsewhere) {
      current = (current + 1) % configured.size();
    }
  }

  /**
   * Reports that an established connection broke. A configured server is tried once more before the
   * next one; a server that was referred to is not, because the device may meanwhile belong to
   * another.
   */
  void lost() {
    referred.clear();
    elsewhere = null;
  }
}
