package dev.tidings.bench.device;

import dev.tidings.bench.access.DeviceIssuer;
import dev.tidings.infra.process.HostPort;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Idle devices in a separate process, since the connections of one process are limited. A program;
 * arguments: the app, the number of the first device, the number of devices, whether they can be
 * redirected, the nodes, separated by commas, and, if they need tokens, the directory with their
 * issuer's key. It prints READY when all are connected and registered, and runs until its process
 * ends.
 */
public final class DeviceHost {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int CONNECTING = 256;

  private DeviceHost() {}

  public static void main(String[] args) throws InterruptedException, IOException {
    Optional<DeviceIssuer> issuer =
        args.length > 5 ? Optional.of(DeviceIssuer.read(Path.of(args[5]))) : Optional.empty();
    DeviceSetup setup =
        new DeviceSetup("bench-", args[0], true, Boolean.parseBoolean(args[3]), CONNECTING)
            .with(issuer);
    int size = Integer.parseInt(args[2]);
    List<HostPort> nodes = Arrays.stream(args[4].split(",", -1)).map(DeviceHost::address).toList();
    var fleet = new DeviceFleet(setup, Integer.parseInt(args[1]), size, nodes, 1);
    fleet.connect();
    fleet.awaitConnected(size, PATIENCE);
    System.out.println("READY device-host");
    Thread.currentThread().join();
  }

  private static HostPort address(String text) {
    int colon = text.lastIndexOf(':');
    return new HostPort(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }
}
