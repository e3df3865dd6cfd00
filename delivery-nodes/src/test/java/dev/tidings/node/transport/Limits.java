package dev.tidings.node.transport;

import dev.tidings.net.limit.ConnectionFiles;
import dev.tidings.net.proxy.TrustedProxies;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.ImmediateEventExecutor;

/** Limits of connections for tests that are not about those under way to their CONNECT. */
final class Limits {
  private Limits() {}

  static ConnectionLimit of(int max, MeterRegistry registry) {
    return of(max, new ConnectionFiles(Long.MAX_VALUE), registry);
  }

  static ConnectionLimit of(int max, ConnectionFiles files, MeterRegistry registry) {
    return new ConnectionLimit(
        max,
        0,
        files,
        TrustedProxies.NONE,
        new PendingConnections(
            1_000,
            1_000,
            Long.MAX_VALUE,
            System::nanoTime,
            ImmediateEventExecutor.INSTANCE,
            registry),
        registry);
  }
}
