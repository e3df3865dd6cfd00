package dev.tidings.device;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Which server comes next: the configured ones in turn, and between them those a server referred
 * to, once each. For the network's thread only.
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
   * The server named others.
   *
   * @param reference {@code host:port}, or several separated by spaces; what is none is left out
   * @return whether there is a usable one among them
   */
  boolean refer(String reference) {
    List<ServerAddress> usable =
        List.of(reference.trim().split(" +")).stream()
            .flatMap(text -> ServerAddress.parse(text).stream())
            .toList();
    if (usable.isEmpty()) {
      return false;
    }
    referred.clear();
    referred.addAll(usable);
    elsewhere = referred.poll();
    return true;
  }

  /** The current server did not take the device, or has sent it away. */
  void failed() {
    boolean wasElsewhere = elsewhere != null;
    elsewhere = referred.poll();
    if (!wasElsewhere) {
      current = (current + 1) % configured.size();
    }
  }

  /**
   * The connection broke after it had stood. A configured server gets another chance before the
   * next one; one that was referred to does not: meanwhile the device may belong elsewhere.
   */
  void lost() {
    referred.clear();
    elsewhere = null;
  }
}
