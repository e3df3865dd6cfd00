package dev.tidings.node.transport;

import dev.tidings.node.route.Admission;
import dev.tidings.node.route.ConnectionOrigin;
import dev.tidings.node.route.DeviceTransport;
import dev.tidings.node.route.OwnerRoute;
import java.util.Optional;

/** The possible arrivals over one transport: shared, because there are very many connections. */
final class ConnectionOrigins {
  private final ConnectionOrigin admitted;
  private final ConnectionOrigin busy;

  ConnectionOrigins(DeviceTransport transport, Optional<OwnerRoute> ownerRoute) {
    this.admitted = ConnectionOrigin.ofDevice(Admission.ADMITTED, transport, ownerRoute);
    this.busy = ConnectionOrigin.ofDevice(Admission.BUSY, transport, ownerRoute);
  }

  ConnectionOrigin of(Admission admission) {
    return switch (admission) {
      case ADMITTED -> admitted;
      case BUSY -> busy;
    };
  }
}
