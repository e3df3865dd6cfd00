package dev.tidings.bench.device;

import dev.tidings.infra.process.HostPort;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Idle devices in a separate process, since the connections of one process are limited. A program;
 * arguments: the app, the number of the first device, the number of devices, whether they can be
 * redirected, and the nodes, separated by commas. It prints READY when all are connected and
 * registered, and runs until its process ends.
 */
public final class DeviceHost {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int CONNECTING = 256;

  private DeviceHost() {}

  public static void main(String[] args) throws InterruptedException {
    var setup = new DeviceSetup("bench-", args[0], true, Boolean.parseBoolean(args[3]), CONNECTING);
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
