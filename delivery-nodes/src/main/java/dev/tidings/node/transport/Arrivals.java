package dev.tidings.node.transport;

import dev.tidings.node.mqtt.Admission;
import dev.tidings.node.mqtt.Arrival;
import dev.tidings.node.mqtt.Detour;
import dev.tidings.node.mqtt.Transport;
import java.util.Optional;

/** The possible arrivals over one transport: shared, because there are very many connections. */
final class Arrivals {
  private final Arrival admitted;
  private final Arrival busy;

  Arrivals(Transport transport, Optional<Detour> detour) {
    this.admitted = Arrival.ofDevice(Admission.ADMITTED, transport.hangup(), detour);
    this.busy = Arrival.ofDevice(Admission.BUSY, transport.hangup(), detour);
  }

  Arrival of(Admission admission) {
    return switch (admission) {
      case ADMITTED -> admitted;
      case BUSY -> busy;
    };
  }
}
