package dev.tidings.infra.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Chooses the ports before anything is started.
 *
 * <p>A free port is chosen below the range that systems use for outgoing connections (Linux 32768
 * and up by default, RFC 6335 49152 and up): so it stays free for a process that is started, or
 * restarted, later.
 */
public final class Ports {
  private static final int LOWEST = 10_000;
  private static final int HIGHEST = 32_767;
  private static final int TRIES = 1_000;

  private Ports() {}

  /** Returns any port that is free now. */
  public static int free() {
    return settle(List.of(new Wanted("any", "", 0))).get("any");
  }

  /**
   * A requested port.
   *
   * @param name its purpose
   * @param option the option that sets another port
   * @param port the port, or 0 for any free one
   */
  public record Wanted(String name, String option, int port) {}

  /**
   * The chosen ports.
   *
   * @param byName the ports by purpose
   */
  public record Settled(Map<String, Integer> byName) {
    public int get(String name) {
      return Objects.requireNonNull(byName.get(name), name);
    }
  }

  /**
   * Returns a port for each requested one, by name: the same if it is free, any free one for 0.
   *
   * @throws PortsTakenException if some are in use; it names all of them
   */
  public static Settled settle(List<Wanted> wanted) {
    var settled = new LinkedHashMap<String, Integer>();
    var taken = new ArrayList<Wanted>();
    var held = new ArrayList<ServerSocket>();
    try {
      for (Wanted port : wanted) {
        try {
          // Kept open until all are chosen, so that no two are the same.
          held.add(listen(port.port()));
          settled.put(port.name(), held.getLast().getLocalPort());
        } catch (IOException e) {
          taken.add(port);
        }
      }
    } finally {
      held.forEach(Ports::release);
    }
    if (!taken.isEmpty()) {
      throw new PortsTakenException(taken);
    }
    return new Settled(settled);
  }

  /** Throws unless each requested port is free; a port of 0 is chosen by whoever listens on it. */
  public static void check(List<Wanted> wanted) {
    settle(wanted.stream().filter(port -> port.port() != 0).toList());
  }

  private static ServerSocket listen(int port) throws IOException {
    if (port != 0) {
      return listenOn(port);
    }
    for (int tries = 1; ; tries++) {
      try {
        return listenOn(ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1));
      } catch (BindException e) {
        if (tries == TRIES) {
          throw e;
        }
      }
    }
  }

  private static ServerSocket listenOn(int port) throws IOException {
    // Some systems allow a wildcard bind beside a listener on the loopback address: try that first.
    try (var loopback = new ServerSocket()) {
      loopback.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }
    return new ServerSocket(port);
  }

  private static void release(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
