package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PendingConnectionsChannelTest {
  private static final String STRANGER = "192.0.2.66";
  private static final String DEVICE = "192.0.2.7";

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<Connection> all = new ArrayList<>();
  private final EmbeddedChannel clock = new EmbeddedChannel();
  private long now;
  private final PendingConnections pendingConnections =
      new PendingConnections(
          6, 3, TimeUnit.SECONDS.toNanos(5), () -> now, clock.eventLoop(), meters);

  PendingConnectionsChannelTest() {
    clock.freezeTime();
  }

  @AfterEach
  void close() {
    all.forEach(EmbeddedChannel::finishAndReleaseAll);
    clock.finishAndReleaseAll();
  }

  @Test
  void as_many_of_an_address_begin_as_may_and_the_others_are_held_unread() {
    Connection first = connect(STRANGER);
    connect(STRANGER);
    connect(STRANGER);
    Connection held = connect(STRANGER);

    assertThat(first.began).isTrue();
    assertThat(first.config().isAutoRead()).isTrue();
    assertThat(held.began).isFalse();
    assertThat(held.config().isAutoRead()).isFalse();
    assertThat(gauge("tidings.node.connecting")).isEqualTo(3);
    assertThat(gauge("tidings.node.connecting.held")).isEqualTo(1);
  }

  @Test
  void a_device_at_another_address_begins_at_once() {
    for (int i = 0; i < 6; i++) {
      connect(STRANGER);
    }

    assertThat(connect(DEVICE).began).isTrue();
  }

  @Test
  void behind_the_same_nat_it_begins_when_one_of_the_others_has_had_half_a_second() {
    Connection oldest = connect(STRANGER);
    for (int i = 0; i < 6; i++) {
      connect(STRANGER);
    }
    Connection device = connect(STRANGER);
    pass(450);
    assertThat(device.began).isFalse();

    pass(50);

    assertThat(device.began).isTrue();
    assertThat(device.activations).isOne();
    assertThat(device.config().isAutoRead()).isTrue();
    assertThat(oldest.isOpen()).isFalse();
    assertThat(dropped("made-room")).isEqualTo(3);
  }

  @Test
  void one_that_has_said_connect_makes_room_for_the_last_one_held() {
    Connection first = connect(STRANGER);
    connect(STRANGER);
    connect(STRANGER);
    Connection before = connect(STRANGER);
    Connection last = connect(STRANGER);

    first.pendingConnection.done();
    run();

    assertThat(last.began).isTrue();
    assertThat(before.began).isFalse();
    assertThat(first.isOpen()).isTrue();
    assertThat(gauge("tidings.node.connecting")).isEqualTo(3);
  }

  @Test
  void one_that_is_closed_makes_room_for_the_last_one_held() {
    Connection first = connect(STRANGER);
    connect(STRANGER);
    connect(STRANGER);
    Connection held = connect(STRANGER);

    first.close();
    run();

    assertThat(held.began).isTrue();
  }

  @Test
  void when_there_are_too_many_of_all_addresses_the_oldest_that_had_its_time_makes_room() {
    Connection oldest = connect("192.0.2.100");
    for (int i = 1; i < 6; i++) {
      connect("192.0.2." + (100 + i));
    }
    Connection held = connect(DEVICE);
    assertThat(held.began).isFalse();

    pass(500);

    assertThat(held.began).isTrue();
    assertThat(oldest.isOpen()).isFalse();
  }

  @Test
  void who_sends_too_many_pushes_out_its_own() {
    for (int i = 0; i < 6; i++) {
      connect("192.0.2." + (100 + i));
    }
    Connection device = connect(DEVICE);
    List<Connection> flood = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      flood.add(connect(STRANGER));
    }

    assertThat(device.isOpen()).isTrue();
    assertThat(flood.getFirst().isOpen()).isFalse();
    assertThat(flood.getLast().isOpen()).isTrue();
    assertThat(gauge("tidings.node.connecting.held")).isEqualTo(6);
    assertThat(dropped("held-too-long")).isEqualTo(15);
  }

  @Test
  void one_that_is_held_too_long_is_given_up() {
    for (int i = 0; i < 30; i++) {
      connect(STRANGER);
    }
    Connection oldestHeld = all.get(24);
    for (int i = 0; i < 9; i++) {
      // Others take whatever room there is.
      pass(500);
      connect(STRANGER);
      connect(STRANGER);
      connect(STRANGER);
    }
    pass(500);

    assertThat(oldestHeld.isOpen()).isFalse();
    assertThat(gauge("tidings.node.connecting")).isLessThanOrEqualTo(3);
  }

  @Test
  void nothing_is_left_of_those_that_have_gone() {
    for (int i = 0; i < 9; i++) {
      connect(STRANGER);
    }
    all.forEach(EmbeddedChannel::close);
    run();

    assertThat(gauge("tidings.node.connecting")).isZero();
    assertThat(gauge("tidings.node.connecting.held")).isZero();
  }

  @Test
  void one_whose_only_neighbour_made_room_is_counted_itself() {
    PendingConnections few =
        new PendingConnections(
            1,
            1,
            TimeUnit.SECONDS.toNanos(5),
            () -> now,
            clock.eventLoop(),
            new SimpleMeterRegistry());
    Connection first = new Connection(STRANGER);
    Connection second = new Connection(STRANGER);
    few.arrived(first, first::began);
    now += TimeUnit.SECONDS.toNanos(1);
    few.arrived(second, second::began);
    assertThat(few.begun()).isOne();

    second.pendingConnection.done();

    assertThat(few.begun()).isZero();
    first.finishAndReleaseAll();
    second.finishAndReleaseAll();
  }

  private Connection connect(String address) {
    Connection connection = new Connection(address);
    all.add(connection);
    pendingConnections.arrived(connection, connection::began);
    run();
    return connection;
  }

  private void pass(int millis) {
    for (int passed = 0; passed < millis; passed += 50) {
      now += TimeUnit.MILLISECONDS.toNanos(50);
      clock.advanceTimeBy(50, TimeUnit.MILLISECONDS);
      run();
    }
  }

  private void run() {
    clock.runScheduledPendingTasks();
    all.forEach(EmbeddedChannel::runPendingTasks);
  }

  private double gauge(String name) {
    return meters.get(name).gauge().value();
  }

  private double dropped(String reason) {
    return meters.get("tidings.node.connecting.dropped").tag("reason", reason).counter().count();
  }

  private static final class Connection extends EmbeddedChannel {
    private final SocketAddress from;
    PendingConnections.PendingConnection pendingConnection;
    boolean began;
    int activations;

    Connection(String address) {
      from = new InetSocketAddress(address, 50_000);
    }

    void began(PendingConnections.PendingConnection one) {
      pendingConnection = one;
      began = true;
      pipeline()
          .addLast(
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext ctx) {
                  activations++;
                }

                @Override
                public void handlerRemoved(ChannelHandlerContext ctx) {
                  one.done();
                }
              });
    }

    @Override
    protected SocketAddress remoteAddress0() {
      return from;
    }
  }
}
