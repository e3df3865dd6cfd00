package dev.tidings.node.flow;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * State shared by all connections: the bounds, and the number of connections with a full buffer.
 */
public final class FlowControl {
  final FlowSettings settings;
  private final AtomicInteger full = new AtomicInteger();
  private final AtomicLong unfinished = new AtomicLong();
  private final Counter stalled;
  private final Counter neverFinished;
  private final Counter paced;

  public FlowControl(FlowSettings settings, MeterRegistry registry) {
    this.settings = settings;
    Gauge.builder("tidings.node.connections.full", full, AtomicInteger::get)
        .description("Connections that are not read because their output buffer is full")
        .register(registry);
    Gauge.builder("tidings.node.connections.unfinished.bytes", unfinished, AtomicLong::get)
        .description("Bytes of incomplete packets, from 4 KiB each on")
        .register(registry);
    this.neverFinished =
        Counter.builder("tidings.node.connections.unfinished")
            .description(
                "Connections closed because a packet was incomplete for too long, or incomplete"
                    + " packets took too much memory")
            .register(registry);
    this.stalled =
        Counter.builder("tidings.node.connections.stalled")
            .description("Connections closed because they accepted no more bytes in time")
            .register(registry);
    this.paced =
        Counter.builder("tidings.node.connections.throttled")
            .description("Times that a connection was not read for a while: it sent too much")
            .register(registry);
  }

  /** Counts one more full buffer. Returns false if there are far too many. */
  boolean filled() {
    return full.incrementAndGet() <= 2 * settings.maxFull();
  }

  void emptied() {
    full.decrementAndGet();
  }

  /**
   * Adds bytes of an incomplete packet. Returns whether all incomplete packets together are within
   * the limit.
   */
  boolean gathers(long bytes) {
    return unfinished.addAndGet(bytes) <= settings.maxUnfinished();
  }

  /** Subtracts bytes of a packet that is complete, or whose connection is closed. */
  void letsGo(long bytes) {
    unfinished.addAndGet(-bytes);
  }

  void neverFinished() {
    neverFinished.increment();
  }

  /** Returns how long a connection may accept nothing, in nanoseconds. */
  long patience() {
    return (full.get() > settings.maxFull() ? settings.crowdedTimeout() : settings.writeTimeout())
        .toNanos();
  }

  void stalled() {
    stalled.increment();
  }

  void paced() {
    paced.increment();
  }
}
