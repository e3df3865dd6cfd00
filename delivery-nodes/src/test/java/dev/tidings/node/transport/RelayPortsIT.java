package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.net.EventLoops;
import dev.tidings.net.limit.ConnectionFiles;
import dev.tidings.node.cluster.Owner;
import dev.tidings.node.flow.FlowControl;
import dev.tidings.node.flow.FlowSettings;
import dev.tidings.node.relay.Relay;
import dev.tidings.node.relay.RelaySettings;
import dev.tidings.node.route.DeviceTransport;
import dev.tidings.node.route.OwnerRoute;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.service.health.Health;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host that has a single local port for all its relays. */
@Timeout(60)
final class RelayPortsIT {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final EventLoops loops = Loops.of(1, meters);
  private final DeviceSockets sockets = new DeviceSockets(loops);
  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final Socket localPort = new Socket();
  private Channel device;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    // Has the port, so that nobody else is given it; those who want to share it may.
    localPort.setReuseAddress(true);
    localPort.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    device =
        sockets
            .toNodes()
            .group(loops.workers())
            .handler(new ChannelInboundHandlerAdapter())
            .connect(
                sockets
                    .listen("a device", "127.0.0.1", 0, 1, true, new ChannelInboundHandlerAdapter())
                    .getFirst()
                    .localAddress())
            .sync()
            .channel();
  }

  @AfterEach
  void close() throws IOException, InterruptedException {
    localPort.close();
    loops.close(Duration.ofSeconds(5));
  }

  @Test
  void as_many_relays_go_to_a_node_as_it_has_ports_and_then_it_is_said() throws IOException {
    try (ServerSocket one = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        ServerSocket other = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Relay relay = relay(new Owner.There(List.of(address(one), address(other))));

      seek(relay);
      await().until(() -> opened.get() == 1);
      seek(relay);
      await().until(() -> opened.get() == 2);
      assertThat(relay.health()).isEqualTo(Health.healthy());

      seek(relay);
      await().until(() -> refused.get() == 1);
      assertThat(meters.get("tidings.node.relays.no.local.port").counter().count()).isOne();
      assertThat(relay.health())
          .isInstanceOfSatisfying(
              Health.Unhealthy.class,
              health ->
                  assertThat(health.reason())
                      .startsWith("no local port is free towards ")
                      .contains(other.getLocalPort() + "", "ip_local_port_range"));

      now.addAndGet(TimeUnit.SECONDS.toNanos(11));
      assertThat(relay.health()).isEqualTo(Health.healthy());
    }
  }

  @Test
  void there_are_no_more_relays_than_there_are_files_for_them() throws IOException {
    try (ServerSocket one = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        ServerSocket other = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Relay relay =
          relay(new Owner.There(List.of(address(one), address(other))), new ConnectionFiles(1));
      seek(relay);
      await().until(() -> opened.get() == 1);

      seek(relay);

      await().until(() -> refused.get() == 1);
      assertThat(opened).hasValue(1);
      assertThat(meters.get("tidings.node.relays.failed").counter().count()).isOne();
    }
  }

  @Test
  void a_port_that_is_closed_costs_no_device_its_relay() throws IOException {
    try (Socket nobody = new Socket();
        ServerSocket one = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      InetSocketAddress closed = (InetSocketAddress) nobody.getLocalSocketAddress();
      Relay relay = relay(new Owner.There(List.of(closed, address(one))));

      seek(relay);

      await().until(() -> opened.get() == 1);
      assertThat(refused).hasValue(0);
    }
  }

  private Relay relay(Owner owner) {
    return relay(owner, new ConnectionFiles(Long.MAX_VALUE));
  }

  private Relay relay(Owner owner, ConnectionFiles files) {
    return new Relay(
        new RelaySettings(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5)),
        any -> owner,
        () ->
            sockets
                .toNodes()
                .option(ChannelOption.SO_REUSEADDR, true)
                .localAddress("127.0.0.1", localPort.getLocalPort()),
        Optional.empty(),
        new FlowControl(FlowSettings.of(Duration.ofSeconds(30)), meters),
        files,
        now::get,
        meters);
  }

  private void seek(Relay relay) {
    device
        .eventLoop()
        .execute(() ->
            relay
                .of(DeviceTransport.TCP)
                .seek(
                    new DeviceId("phone"),
                    device,
                    new OwnerRoute.RouteListener() {
                      @Override
                      public void open(OwnerRoute.OpenRoute openRoute) {
                        opened.incrementAndGet();
                      }

                      @Override
                      public void unreachable() {
                        refused.incrementAndGet();
                      }
                    }));
  }

  private static InetSocketAddress address(ServerSocket socket) {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }
}
