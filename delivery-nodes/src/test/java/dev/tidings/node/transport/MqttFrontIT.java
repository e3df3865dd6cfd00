package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidings.auth.device.OpenDevices;
import dev.tidings.net.Sockets;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.mqtt.MqttSettings;
import dev.tidings.node.replay.ReplayListener;
import dev.tidings.node.replay.ReplaySpan;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.session.DeviceDirectory;
import dev.tidings.node.session.DeviceLink;
import dev.tidings.node.session.Session;
import dev.tidings.node.session.SessionKeeper;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.schemas.value.DeviceId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The front over bare sockets: what a well-behaved client never shows.
 *
 * <p>Shows G20 of docs/guarantees.md.
 */
@Timeout(60)
final class MqttFrontIT {
  private static final String CONNECT = "100e00044d5154540502003c00000161";
  private static final int MAX = 4;
  private static final int TOLD = 64;

  private final FakeDirectory directory = new FakeDirectory();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final MqttFront front = front(0);

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  @Test
  void epoll_is_used_where_it_is_there() {
    assertThat(Sockets.best().name())
        .isEqualTo(
            System.getProperty("os.name").equals("Linux") && Epoll.isAvailable() ? "epoll" : "nio");
    if (System.getProperty("os.name").equals("Linux")) {
      assertThat(Epoll.isAvailable()).as(() -> "" + Epoll.unavailabilityCause()).isTrue();
    }
  }

  @Test
  void the_reason_arrives_even_behind_input_that_nobody_reads() throws Exception {
    front.start();
    Socket socket = connect();
    socket.getOutputStream().write(hex(CONNECT));
    assertThat(socket.getInputStream().readNBytes(2)[0]).isEqualTo((byte) 0x20);
    // Two megabytes of a packet that is larger than allowed; most of it can't have been read yet.
    socket.getOutputStream().write(hex("30ffffff7f000161"));
    Thread flood = Thread.ofVirtual().start(() -> floodUntilClosed(socket));

    byte[] rest = socket.getInputStream().readAllBytes();
    assertThat(HexFormat.of().formatHex(rest)).endsWith("e00195");
    socket.close();
    flood.join();
    await().until(() -> open() == 0);
  }

  @Test
  void a_device_that_does_not_hang_up_is_hung_up_on() throws Exception {
    front.start();
    Socket socket = connect();
    socket.getOutputStream().write(hex(CONNECT));
    await().until(() -> !directory.attachments.isEmpty());
    directory.last().link.close(CloseReason.TAKEN_OVER);

    byte[] rest = socket.getInputStream().readAllBytes();
    assertThat(HexFormat.of().formatHex(rest)).endsWith("e0018e");
    await().atMost(Duration.ofSeconds(60)).until(() -> open() == 0);
  }

  @Test
  void connections_over_the_limit_end_behind_their_connect_and_those_far_over_it_at_once()
      throws Exception {
    front.start();
    for (int i = 0; i < MAX; i++) {
      connect();
    }
    await().until(() -> open() == MAX);
    Socket told = connect();
    told.getOutputStream().write(hex(CONNECT));
    assertThat(told.getInputStream().readAllBytes()).isEmpty();

    for (int i = 0; i < TOLD; i++) {
      connect();
    }
    await().until(() -> open() >= MAX + TOLD);
    assertThat(connect().getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void a_port_that_is_taken_is_named() throws Exception {
    front.start();
    MqttFront second = front(front.tcpPort());

    assertThatThrownBy(second::start)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + front.tcpPort());
  }

  @Test
  void stopping_to_accept_keeps_connections_and_closing_ends_them_and_both_may_come_twice()
      throws Exception {
    front.start();
    Socket socket = connect();
    socket.getOutputStream().write(hex(CONNECT));
    await().until(() -> !directory.attachments.isEmpty());
    front.stopAccepting();
    front.stopAccepting();

    assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    assertThat(open()).isEqualTo(1);
    front.close(Duration.ofSeconds(5));
    front.close(Duration.ofSeconds(5));
    assertThat(socket.getInputStream().readAllBytes()).startsWith(0x20);
    assertThat(directory.last().detached).hasValue(1);
    assertThat(open()).isZero();
  }

  /** The first connection's loop is busy when its inbox takes it; the second's is not. */
  @Test
  void sessions_begin_in_the_order_in_which_the_inbox_takes_their_connections() throws Exception {
    List<Duration> begun = new CopyOnWriteArrayList<>();
    List<DeviceLink> links = new CopyOnWriteArrayList<>();
    CountDownLatch free = new CountDownLatch(1);
    MqttFront twoLoops =
        front(
            (device, link, credit) -> {
              links.add(link);
              if (links.size() == 1) {
                awaitUninterruptibly(free);
              }
            },
            new Begun(begun));
    twoLoops.start();
    for (int expiry = 1; expiry <= 2; expiry++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), twoLoops.tcpPort());
      opened.add(socket);
      socket
          .getOutputStream()
          .write(hex("101300044d5154540500003c05110000000" + expiry + "000161"));
      int there = expiry;
      await().until(() -> links.size() == there);
    }
    try {
      links.forEach(link -> link.attached(new Nobody()));
      await().until(() -> begun.contains(Duration.ofSeconds(2)));
    } finally {
      free.countDown();
    }

    await().until(() -> begun.size() == 2);
    assertThat(begun).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
  }

  /** Notes for how long sessions are to be kept, in the order in which they begin. */
  private record Begun(List<Duration> keptFor) implements SessionKeeper {
    @Override
    public Duration longest() {
      return Duration.ofHours(1);
    }

    @Override
    public CompletableFuture<Kept> begin(DeviceId device, boolean clean, Duration longest) {
      keptFor.add(longest);
      return CompletableFuture.completedFuture(SessionKeeper.nothing());
    }
  }

  private static final class Nobody implements Session {
    @Override
    public void confirmed(int packetId) {}

    @Override
    public void undeliverable(int packetId, String why) {}

    @Override
    public void subscribed(Subscriptions now, Runnable then) {}

    @Override
    public void replay(ReplaySpan span, ReplayListener listener) {}

    @Override
    public void stopReplay() {}

    @Override
    public void detached() {}
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private MqttFront front(DeviceDirectory inboxes, SessionKeeper sessions) {
    MqttFront made =
        new MqttFront(
            settings(0),
            Loops.of(2, new SimpleMeterRegistry()),
            Optional.empty(),
            Optional.empty(),
            new OpenDevices(),
            inboxes,
            new FakeRegistrar(),
            sessions,
            InstantSource.system(),
            new SimpleMeterRegistry());
    opened.add(() -> made.close(Duration.ofSeconds(5)));
    return made;
  }

  private static MqttFrontSettings settings(int tcpPort) {
    return new MqttFrontSettings(
        "127.0.0.1", tcpPort, 0, 128, MAX, Duration.ofSeconds(30), 4096, MqttSettings.DEFAULTS);
  }

  private MqttFront front(int tcpPort) {
    MqttFront made =
        new MqttFront(
            settings(tcpPort),
            Loops.of(1, new SimpleMeterRegistry()),
            directory,
            new FakeRegistrar(),
            InstantSource.system(),
            tcpPort == 0 ? meters : new SimpleMeterRegistry());
    opened.add(() -> made.close(Duration.ofSeconds(5)));
    return made;
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), front.tcpPort());
    opened.add(socket);
    return socket;
  }

  private int open() {
    return (int)
        meters.get("tidings.node.connections").gauges().stream()
            .mapToDouble(gauge -> gauge.value())
            .sum();
  }

  private static void floodUntilClosed(Socket socket) {
    byte[] chunk = new byte[64 * 1024];
    try {
      for (int i = 0; i < 32; i++) {
        socket.getOutputStream().write(chunk);
      }
    } catch (IOException e) {
      // Closed, as it should be.
    }
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
