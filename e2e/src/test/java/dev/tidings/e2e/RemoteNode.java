package dev.tidings.e2e;

import dev.tidings.infra.chaos.Clocks;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.ChildCommand;
import dev.tidings.infra.process.HostPort;
import dev.tidings.infra.process.ServiceProcess;
import dev.tidings.infra.stack.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A delivery node that reaches Kafka over a line of its own, since what the broker calls itself is
 * another address for it; and with a clock of its own where libfaketime is installed.
 */
final class RemoteNode implements AutoCloseable {
  private static final String NAME = "remote-node";
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);

  private final CutLine line;
  private final Clocks clocks;
  private final Debugger debugger = Debugger.atFreePort();
  private final ChildCommand command;
  private ServiceProcess process;
  private Management management;

  RemoteNode(Path data, Pipeline pipeline, HostPort kafka) throws IOException {
    line = CutLine.at(new HostPort("127.0.0.2", kafka.port()), kafka);
    clocks = Clocks.in(data);
    Path hosts = Files.writeString(data.resolve("hosts"), line.address().host() + " localhost\n");
    Map<String, String> settings = new HashMap<>();
    for (String port :
        List.of(
            "mqtt.port",
            "mqtt.tls.port",
            "mqtt.ws.port",
            "mqtt.wss.port",
            "internal.port",
            "management.port")) {
      settings.put(port, "0");
    }
    settings.put(
        "schema.registry.url", pipeline.stack().registryUrl().replace("localhost", "127.0.0.1"));
    List<String> jvm = new ArrayList<>(debugger.jvmOptions());
    jvm.add("-Djdk.net.hosts.file=" + hosts);
    command =
        TidingsService.DELIVERY_NODE
            .command(pipeline.stack(), Checkout.find(), NAME, settings, jvm)
            .withEnvironment(
                Clocks.library()
                    .map(library -> clocks.environment(NAME, library))
                    .orElse(Map.of()));
    process = ServiceProcess.start(command);
  }

  /** Starts it again; {@link #awaitReady} has to follow. */
  void launch() {
    process = ServiceProcess.start(command);
  }

  void awaitReady() throws InterruptedException {
    management =
        new Management("remote node", process.awaitReady(READY_WITHIN).get("management").local());
  }

  Management management() {
    return management;
  }

  ServiceProcess process() {
    return process;
  }

  Debugger debugger() {
    return debugger;
  }

  void cutOff() {
    line.fallSilent();
  }

  void connect() {
    try {
      line.mend();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Has its clock be wrong by so much. */
  void jump(Duration by) {
    clocks.jump(NAME, by);
  }

  @Override
  public void close() throws IOException {
    process.kill();
    line.close();
  }
}
