package dev.tidings.node.transport;

import dev.tidings.net.limit.ClientAddress;
import dev.tidings.net.limit.PeerAddress;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections on which no device has sent CONNECT yet. Limits how many are served at a time, in
 * all and from one address. The others are held: accepted, but neither read nor answered. The
 * latest held connection is served first, because earlier ones are likelier to have given up; and
 * while any is held, one that has been served for half a second makes room. So a stranger's
 * handshakes cost little and do not keep devices at other addresses out; a device behind the same
 * NAT is delayed by hardly more than that half second. Thread-safe; never blocks for long.
 */
final class PendingConnections {
  private static final Logger log = LoggerFactory.getLogger(PendingConnections.class);
  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LOOK_MILLIS = 50;

  private final int max;
  private final int maxOfAddress;
  private final long heldAtMost;
  private final LongSupplier nanoTime;
  private final EventExecutor executor;
  private final Counter made;
  private final Counter givenUp;

  // Guarded by the lock.
  private final Map<PeerAddress, Place> places = new HashMap<>();
  private final LinkedHashSet<PendingConnection> begun = new LinkedHashSet<>();
  private final LinkedHashSet<PendingConnection> held = new LinkedHashSet<>();
  private boolean looking;
  private long droppedSinceLine;

  /**
   * @param max the maximum number served at a time
   * @param maxOfAddress the maximum number of them from one address
   * @param heldAtMost how long a connection may be held, in nanoseconds
   * @param executor checks the held ones, by the clock {@code nanoTime}
   */
  PendingConnections(
      int max,
      int maxOfAddress,
      long heldAtMost,
      LongSupplier nanoTime,
      EventExecutor executor,
      MeterRegistry registry) {
    this.max = max;
    this.maxOfAddress = Math.min(max, maxOfAddress);
    this.heldAtMost = heldAtMost;
    this.nanoTime = nanoTime;
    this.executor = executor;
    Gauge.builder("tidings.node.connecting", this, PendingConnections::begun)
        .description("Connections that are served and have not sent CONNECT yet")
        .register(registry);
    Gauge.builder("tidings.node.connecting.held", this, PendingConnections::held)
        .description("Connections held because too many have not sent CONNECT yet")
        .register(registry);
    this.made = dropped("made-room", registry);
    this.givenUp = dropped("held-too-long", registry);
  }

  private static Counter dropped(String reason, MeterRegistry registry) {
    return Counter.builder("tidings.node.connecting.dropped")
        .description("Connections closed before their CONNECT because there were too many of them")
        .tag("reason", reason)
        .register(registry);
  }

  /** The connections of one address. */
  private static final class Place {
    final LinkedHashSet<PendingConnection> begun = new LinkedHashSet<>();
    final LinkedHashSet<PendingConnection> held = new LinkedHashSet<>();
  }

  /** One connection, until its CONNECT. */
  final class PendingConnection {
    private final Channel channel;
    private final PeerAddress address;
    private final Consumer<PendingConnection> begin;
    private long since;

    private PendingConnection(
        Channel channel, PeerAddress address, Consumer<PendingConnection> begin, long since) {
      this.channel = channel;
      this.address = address;
      this.begin = begin;
      this.since = since;
    }

    /** The connection has sent CONNECT, or is closed. Idempotent. */
    void done() {
      leave(this);
    }
  }

  /**
   * Adds a connection.
   *
   * @param begin adds the handlers that read it, including a {@link ConnectWatch}, to the pipeline;
   *     run at once or later, on its event loop, or never if it is closed before
   */
  void arrived(Channel channel, Consumer<PendingConnection> begin) {
    long now = nanoTime.getAsLong();
    PendingConnection one =
        new PendingConnection(channel, PeerAddress.of(ClientAddress.of(channel)), begin, now);
    List<PendingConnection> out = new ArrayList<>(0);
    boolean begins;
    synchronized (this) {
      Place place = places.computeIfAbsent(one.address, any -> new Place());
      begins = makeRoom(place, now, out);
      if (begins) {
        begin(one, place, now);
      } else {
        hold(one, place, out);
      }
    }
    drop(out);
    if (begins) {
      begin.accept(one);
    } else {
      channel.config().setAutoRead(false);
      channel.closeFuture().addListener(closed -> one.done());
    }
  }

  /**
   * Returns whether a connection of this address may be served; if necessary, one that has had its
   * time makes room.
   */
  private boolean makeRoom(Place place, long now, List<PendingConnection> out) {
    if (place.begun.size() >= maxOfAddress) {
      return makesRoom(place.begun.getFirst(), now, out);
    }
    return begun.size() < max || makesRoom(begun.getFirst(), now, out);
  }

  private boolean makesRoom(PendingConnection oldest, long now, List<PendingConnection> out) {
    if (now - oldest.since < PATIENCE) {
      return false;
    }
    remove(oldest);
    made.increment();
    out.add(oldest);
    return true;
  }

  private void begin(PendingConnection one, Place place, long now) {
    // The entry may have been removed with the connection that made room.
    places.put(one.address, place);
    one.since = now;
    place.begun.add(one);
    begun.add(one);
  }

  private void hold(PendingConnection one, Place place, List<PendingConnection> out) {
    place.held.add(one);
    held.add(one);
    if (held.size() > max) {
      // An address with too many connections loses its own first.
      PendingConnection oldest = place.held.size() > 1 ? place.held.getFirst() : held.getFirst();
      remove(oldest);
      givenUp.increment();
      out.add(oldest);
    }
    lookLater();
  }

  private void lookLater() {
    if (!looking) {
      looking = true;
      executor.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Serves the held connections for which there is room now, and closes those held too long. */
  private void look() {
    long now = nanoTime.getAsLong();
    List<PendingConnection> out = new ArrayList<>();
    List<PendingConnection> in = new ArrayList<>();
    synchronized (this) {
      looking = false;
      while (!held.isEmpty() && now - held.getFirst().since >= heldAtMost) {
        givenUp.increment();
        out.add(held.getFirst());
        remove(held.getFirst());
      }
      for (PendingConnection one : List.copyOf(held).reversed()) {
        Place place = places.get(one.address);
        if (place != null && makeRoom(place, now, out)) {
          unhold(one, place, now, in);
        }
      }
      if (!held.isEmpty()) {
        lookLater();
      }
    }
    drop(out);
    in.forEach(PendingConnections::begins);
  }

  private void leave(PendingConnection one) {
    PendingConnection next = null;
    synchronized (this) {
      if (!remove(one) || held.isEmpty()) {
        return;
      }
      List<PendingConnection> in = new ArrayList<>(1);
      Place same = places.get(one.address);
      PendingConnection last =
          same == null || same.held.isEmpty() ? held.getLast() : same.held.getLast();
      Place place = places.get(last.address);
      if (place != null && place.begun.size() < maxOfAddress && begun.size() < max) {
        unhold(last, place, nanoTime.getAsLong(), in);
        next = in.getFirst();
      }
    }
    if (next != null) {
      begins(next);
    }
  }

  private void unhold(PendingConnection one, Place place, long now, List<PendingConnection> in) {
    place.held.remove(one);
    held.remove(one);
    begin(one, place, now);
    in.add(one);
  }

  private static void begins(PendingConnection one) {
    one.channel
        .eventLoop()
        .execute(() -> {
          if (one.channel.isOpen()) {
            one.begin.accept(one);
            // For the new handlers the channel becomes active only now.
            one.channel.pipeline().fireChannelActive();
            one.channel.config().setAutoRead(true);
          }
        });
  }

  private boolean remove(PendingConnection one) {
    Place place = places.get(one.address);
    if (place == null) {
      return false;
    }
    boolean was = place.begun.remove(one) || place.held.remove(one);
    begun.remove(one);
    held.remove(one);
    if (place.begun.isEmpty() && place.held.isEmpty()) {
      places.remove(one.address);
    }
    return was;
  }

  private void drop(List<PendingConnection> out) {
    for (PendingConnection one : out) {
      one.channel.close();
    }
    if (!out.isEmpty()) {
      say(out.getFirst(), out.size());
    }
  }

  /** Logs at most one line per second. */
  private void say(PendingConnection any, int count) {
    synchronized (this) {
      droppedSinceLine += count;
      if (droppedSinceLine > count) {
        return;
      }
    }
    executor.schedule(
        () -> {
          long dropped;
          synchronized (this) {
            dropped = droppedSinceLine;
            droppedSinceLine = 0;
          }
          log.warn(
              "closed {} connections in the last second before their CONNECT, one of them from"
                  + " {} (expected: <= {} that have not said it, <= {} from one address)",
              dropped,
              any.address,
              max,
              maxOfAddress);
        },
        1,
        TimeUnit.SECONDS);
  }

  synchronized int begun() {
    return begun.size();
  }

  synchronized int held() {
    return held.size();
  }
}
