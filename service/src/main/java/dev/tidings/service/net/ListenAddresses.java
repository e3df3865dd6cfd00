package dev.tidings.service.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The addresses that a setting such as {@code bind.address} denotes: an address denotes itself, a
 * name all its addresses on this host. {@code localhost} denotes both loopback addresses, whatever
 * /etc/hosts contains, because clients differ in which one they try first, and some try only one.
 *
 * @param all the addresses that can be listened on, IPv4 first; at least one
 */
public record ListenAddresses(List<InetAddress> all) {
  private static final String LOCALHOST = "localhost";
  private static final List<String> LOOPBACKS = List.of("127.0.0.1", "::1");
  private static final int TRIES = 20;

  public ListenAddresses {
    all = List.copyOf(all);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("addresses: none (expected: at least one)");
    }
  }

  /**
   * Listens on one address.
   *
   * @param <L> the listening socket or channel
   */
  public interface Binder<L> {
    /** Binds to an address; port 0 means any free one. */
    L bind(InetSocketAddress address) throws IOException;

    int port(L bound);

    /** Releases the port. */
    void close(L bound) throws IOException;
  }

  /**
   * Resolves a host.
   *
   * @throws UnknownHostException if it is neither an address nor a name with an address
   */
  public static ListenAddresses of(String host) throws UnknownHostException {
    if (host.equalsIgnoreCase(LOCALHOST)) {
      return usable(loopbacks());
    }
    return usable(Arrays.asList(InetAddress.getAllByName(host)));
  }

  private static List<InetAddress> loopbacks() throws UnknownHostException {
    Set<InetAddress> found = new LinkedHashSet<>();
    for (String address : LOOPBACKS) {
      found.add(InetAddress.getByName(address));
    }
    try {
      for (InetAddress address : InetAddress.getAllByName(LOCALHOST)) {
        if (address.isLoopbackAddress()) {
          found.add(address);
        }
      }
    } catch (UnknownHostException e) {
      // Even where the name is not defined, the host has the loopback addresses.
      return List.copyOf(found);
    }
    return List.copyOf(found);
  }

  /** Returns the addresses that this host has; all of them if it has none. */
  private static ListenAddresses usable(List<InetAddress> addresses) {
    if (addresses.size() == 1) {
      return new ListenAddresses(addresses);
    }
    List<InetAddress> usable =
        addresses.stream().distinct().filter(ListenAddresses::canListen).toList();
    return new ListenAddresses(usable.isEmpty() ? addresses : usable);
  }

  private static boolean canListen(InetAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(address, 0));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns whether nothing but this machine can reach any of them. */
  public boolean areLoopback() {
    return all.stream().allMatch(InetAddress::isLoopbackAddress);
  }

  /** Returns the address to publish. */
  public InetAddress first() {
    return all.getFirst();
  }

  /**
   * Listens on all addresses, on the same port.
   *
   * @param port 0 for any that is free on each of them
   * @throws IOException if one cannot be bound; then none is left bound
   */
  public <L> List<L> bind(int port, Binder<L> binder) throws IOException {
    for (int tries = 1; ; tries++) {
      List<L> bound = new ArrayList<>();
      try {
        int same = port;
        for (InetAddress address : all) {
          bound.add(binder.bind(new InetSocketAddress(address, same)));
          same = binder.port(bound.getFirst());
        }
        return bound;
      } catch (IOException e) {
        for (L each : bound) {
          binder.close(each);
        }
        // A port that is free on the first address may be in use on the second.
        if (port != 0 || bound.isEmpty() || tries == TRIES) {
          throw e;
        }
      }
    }
  }

  /** Returns HOST:PORT for connecting to a port from this machine. */
  public String local(int port) {
    InetAddress address = first();
    return text(
        address.isAnyLocalAddress() ? LOOPBACKS.getFirst() : address.getHostAddress(), port);
  }

  /** Returns HOST:PORT, with an IPv6 address in brackets. */
  public static String text(String host, int port) {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
