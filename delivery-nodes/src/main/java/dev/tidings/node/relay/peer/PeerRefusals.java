package dev.tidings.node.relay.peer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts the connections to the internal ports that are closed because no node has opened them. */
public final class PeerRefusals {
  /** What was wrong. */
  enum Reason {
    /** The TLS handshake has failed: no TLS, no certificate, or one of another authority. */
    HANDSHAKE,
    /** The certificate is of the authority, and not of a node. */
    CERTIFICATE,
    /** There was no PROXY header as a node writes it. */
    HEADER,
    /** A question about a device was none, or not under a seal of this installation. */
    QUESTION
  }

  private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);

  public PeerRefusals(MeterRegistry registry) {
    for (Reason reason : Reason.values()) {
      counters.put(
          reason,
          Counter.builder("tidings.node.internal.refused")
              .description("Connections to the internal ports closed, because no node opened them")
              .tag("reason", reason.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  void count(Reason reason) {
    Counter counter = counters.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }
}
