package dev.tidings.node.relay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** Meters of relaying. */
final class RelayMeters {
  private final AtomicInteger open = new AtomicInteger();
  private final Counter failed;
  private final Counter noLocalPort;

  RelayMeters(MeterRegistry registry) {
    Gauge.builder("tidings.node.relays.open", open, AtomicInteger::get)
        .description("Connections of devices that this node relays to others")
        .register(registry);
    this.failed =
        Counter.builder("tidings.node.relays.failed")
            .description(
                "Relays that the other node did not accept or respond to, or whose owner or its"
                    + " host is not known")
            .register(registry);
    this.noLocalPort =
        Counter.builder("tidings.node.relays.no.local.port")
            .description("Of those, failed because no local port was left towards the other node")
            .register(registry);
  }

  void opened() {
    open.incrementAndGet();
  }

  void closed() {
    open.decrementAndGet();
  }

  void noLocalPort() {
    noLocalPort.increment();
  }

  void failed() {
    failed.increment();
  }
}
