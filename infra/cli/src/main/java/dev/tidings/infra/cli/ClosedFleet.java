package dev.tidings.infra.cli;

import dev.tidings.infra.chaos.Access;
import dev.tidings.infra.cli.access.ClosedStack;
import dev.tidings.infra.cli.access.ProviderFiles;
import dev.tidings.infra.demo.EndpointList;
import dev.tidings.infra.device.Devices;
import dev.tidings.infra.pipeline.Pipeline;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** What devices and providers of a fleet prove themselves by while its parts fail. */
final class ClosedFleet {
  /** Short, so that sessions end with their tokens during failures too. */
  private static final Duration DEVICE_TOKEN = Duration.ofMinutes(2);

  private ClosedFleet() {}

  /** Gives a running fleet its team with a key, and returns what gives access. */
  static Access access(ClosedStack closed, Pipeline pipeline)
      throws IOException, InterruptedException {
    ProviderFiles files =
        closed.open(
            pipeline.stack(), pipeline.names(), Devices.APPS, EndpointList.of(pipeline).http());
    return new Access(
        closed.issuer().issuer().passwords(DEVICE_TOKEN), Optional.of(files.credential()));
  }
}
