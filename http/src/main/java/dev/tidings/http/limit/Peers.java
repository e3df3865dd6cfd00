package dev.tidings.http.limit;

import dev.tidings.net.limit.PeerAddress;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts the connections and the open requests of a port, in all and by address, so that no single
 * client takes all there is. Thread-safe; there is an entry only for an address that is connected.
 */
public final class Peers {
  private final Bounds bounds;
  private final Map<PeerAddress, Peer> connected = new ConcurrentHashMap<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final LongAdder refused = new LongAdder();
  private final Map<Excess, LongAdder> excesses = new EnumMap<>(Excess.class);

  public Peers(Bounds bounds) {
    this.bounds = bounds;
    for (Excess each : Excess.values()) {
      excesses.put(each, new LongAdder());
    }
  }

  /** Takes a place for a connection; null if there is none. */
  @Nullable
  public Peer connect(@Nullable SocketAddress address) {
    if (!open()) {
      return null;
    }
    Peer peer = attribute(address);
    if (peer == null) {
      disconnect(null);
    }
    return peer;
  }

  /** Takes a place for a connection of which it is not known yet whose it is; false for none. */
  public boolean open() {
    if (connections.incrementAndGet() > bounds.connections()) {
      connections.decrementAndGet();
      return false;
    }
    return true;
  }

  /** Gives such a place to a client; null if its address has too many, and it stays nobody's. */
  public @Nullable Peer attribute(@Nullable SocketAddress address) {
    Peer peer =
        connected.compute(
            PeerAddress.of(address),
            (key, known) -> {
              Peer same = known == null ? new Peer(this, key) : known;
              same.connections.incrementAndGet();
              return same;
            });
    if (peer.connections.get() > bounds.connectionsPerAddress()) {
      forget(peer);
      return null;
    }
    return peer;
  }

  /**
   * Gives the place back: once for each connection.
   *
   * @param peer whose it was; null if that was not known
   * @return whether it was the last one of all
   */
  public boolean disconnect(@Nullable Peer peer) {
    if (peer != null) {
      forget(peer);
    }
    return connections.decrementAndGet() == 0;
  }

  private void forget(Peer peer) {
    connected.computeIfPresent(
        peer.key, (key, known) -> known.connections.decrementAndGet() == 0 ? null : known);
  }

  public int connections() {
    return connections.get();
  }

  /** How many requests are open. */
  public int requests() {
    return requests.get();
  }

  /** How many requests were refused because too many were open. */
  public long refused() {
    return refused.sum();
  }

  /** How often a client had too much of something. */
  public long exceeded(Excess what) {
    return adder(what).sum();
  }

  private LongAdder adder(Excess what) {
    return Objects.requireNonNull(excesses.get(what));
  }

  /** The clients of one address. */
  public static final class Peer {
    private final Peers all;
    private final PeerAddress key;
    private final AtomicInteger requests = new AtomicInteger();
    // Changed within the map's own lock on the key, so that none is forgotten that is in use.
    private final AtomicInteger connections = new AtomicInteger();

    private Peer(Peers all, PeerAddress key) {
      this.all = all;
      this.key = key;
    }

    /** The same number for all of one address. */
    public long address() {
      return key.bits();
    }

    /** Takes a place for a request; false if there is none. */
    public boolean enter() {
      if (requests.incrementAndGet() <= all.bounds.requestsPerAddress()) {
        if (all.requests.incrementAndGet() <= all.bounds.requests()) {
          return true;
        }
        all.requests.decrementAndGet();
      }
      requests.decrementAndGet();
      all.refused.increment();
      return false;
    }

    /** Counts that one of them had too much of something. */
    public void exceeded(Excess what) {
      all.adder(what).increment();
    }

    /** Gives the place back: once for each time {@link #enter} said yes. */
    public void leave() {
      requests.decrementAndGet();
      all.requests.decrementAndGet();
    }
  }
}
