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
 * Settles which ports are used, before anything is started.
 *
 * <p>Any free port is one below those that systems give to outgoing connections (Linux 32768 and up
 * by default, RFC 6335 49152 and up): whoever is started with it, or started again, finds it free,
 * whatever has connected to whatever meanwhile.
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
   * A port that is wanted.
   *
   * @param name what it is for
   * @param option how to ask for another one
   * @param port the port, or 0 for any free one
   */
  public record Wanted(String name, String option, int port) {}

  /**
   * The ports that will be used.
   *
   * @param byName by what they are for
   */
  public record Settled(Map<String, Integer> byName) {
    public int get(String name) {
      return Objects.requireNonNull(byName.get(name), name);
    }
  }

  /**
   * Returns a port for each one wanted, by name: itself if it is free, any free one for 0.
   *
   * @throws PortsTakenException if some are taken; it names all of them
   */
  public static Settled settle(List<Wanted> wanted) {
    var settled = new LinkedHashMap<String, Integer>();
    var taken = new ArrayList<Wanted>();
    var held = new ArrayList<ServerSocket>();
    try {
      for (Wanted port : wanted) {
        try {
          // Held until all are settled, so that no two are the same.
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

  /**
   * Throws unless each port that was asked for is free; those that are 0 are left to who listens on
   * them.
   */
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
