package dev.tidings.node.transport;

import dev.tidings.net.AcceptFailures;
import dev.tidings.net.EventLoops;
import io.micrometer.core.instrument.MeterRegistry;

/** Event loops as a node has them. */
final class Loops {
  private Loops() {}

  static EventLoops of(int threads, MeterRegistry registry) {
    return EventLoops.withAcceptor(
        "mqtt", threads, new AcceptFailures("tidings.node.accept.failures", registry));
  }
}
