package dev.tidings.infra.ports;

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

/**
 * Chooses the ports before anything is started.
 *
 * <p>A free port is never chosen again as long as this process runs, neither by it nor by another
 * of this user, and, where the system leaves any to choose from, the system gives it to nobody by
 * itself: so it stays free for a process that is started, or restarted, later. Only a stranger who
 * asks for this very port can take it.
 */
public final class Ports {
  private static final int TRIES = 1_000;
  private static final PortSpan SPAN = PortSpan.ofThisMachine();
  private static final PortReservations RESERVED = PortReservations.ofThisUser();

  private Ports() {}

  /** Returns any free port. */
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
   * @throws UncheckedIOException if there is no free one
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
          if (port.port() == 0) {
            throw new UncheckedIOException(e);
          }
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
      int any = SPAN.any();
      try {
        // A reservation is a courtesy: who holds them all, in a file of his making, stops nobody.
        if (RESERVED.take(any) || tries > TRIES / 2) {
          return listenOn(any);
        }
      } catch (BindException e) {
        // A stranger's: the next one.
      }
      if (tries == TRIES) {
        throw new BindException("no port is free from " + SPAN.lowest() + " to " + SPAN.highest());
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
