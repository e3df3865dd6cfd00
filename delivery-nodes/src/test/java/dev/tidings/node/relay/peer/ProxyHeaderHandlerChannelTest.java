package dev.tidings.node.relay.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Apps;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.net.limit.ClientAddress;
import dev.tidings.node.cluster.NodeAddress;
import dev.tidings.node.route.DeviceTransport;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProxyHeaderHandlerChannelTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

  /** Version 2, PROXY, TCP over IPv4, 192.0.2.7:40000 to 192.0.2.1:1883, 0xE0 = "tcp". */
  private static final String HEADER =
      SIGNATURE + "21110012" + "c0000207c00002019c40075b" + "e00003746370";

  private final List<String> let = new ArrayList<>();
  private final List<Optional<DeviceIdentity>> proven = new ArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<String> asked = new ArrayList<>();
  private final CompletableFuture<byte[]> answer = new CompletableFuture<>();
  private final EmbeddedChannel node = new EmbeddedChannel();

  ProxyHeaderHandlerChannelTest() {
    node.freezeTime();
    ProxyHeaderHandler.install(
        node.pipeline(),
        Duration.ofSeconds(5),
        List.of(1884, 40_000),
        new PeerRefusals(meters),
        question -> {
          asked.add(new String(question, UTF_8));
          return answer;
        },
        (pipeline, transport, identity) -> {
          let.add(transport.label());
          proven.add(identity);
          pipeline.addLast(new Behind());
        });
  }

  @AfterEach
  void close() {
    node.finishAndReleaseAll();
  }

  @Test
  void what_follows_the_header_is_let_in_and_begins_there() {
    send(HEADER + "c000");

    assertThat(let).containsExactly("tcp", "active", "c000");
    assertThat(node.pipeline().toMap().values()).hasOnlyElementsOfType(Behind.class);
    node.advanceTimeBy(1, TimeUnit.MINUTES);
    node.runScheduledPendingTasks();
    assertThat(node.isOpen()).isTrue();
  }

  @Test
  void a_header_may_come_in_pieces() {
    for (int i = 0; i < HEADER.length(); i += 2) {
      assertThat(let).isEmpty();
      send(HEADER.substring(i, i + 2));
    }

    assertThat(let).containsExactly("tcp", "active");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // MQTT without a header
        "100e00044d5154540502003c00000161",
        // Version 1: PROXY TCP4 1.2.3.4 1.2.3.5 1 2
        "50524f5859205443503420312e322e332e3420312e322e332e35203120320d0a",
        // Version 2 without our field
        SIGNATURE + "2111000c" + "c0000207c00002019c40075b",
        // A transport nobody knows
        SIGNATURE + "21110012" + "c0000207c00002019c40075b" + "e00003746371",
        // One that would be relayed twice
        SIGNATURE + "21110016" + "c0000207c00002019c40075b" + "e0000772656c61796564",
      })
  void what_has_no_header_of_a_node_is_closed(String hex) {
    send(hex + "c000");

    assertThat(node.isOpen()).isFalse();
    assertThat(let).isEmpty();
  }

  @Test
  void one_that_asks_is_told_the_ports_and_closed() {
    send(SIGNATURE + "20000000" + "c000");

    assertThat(node.isOpen()).isFalse();
    assertThat(let).isEmpty();
    ByteBuf answer = node.readOutbound();
    assertThat(ByteBufUtil.hexDump(answer))
        .isEqualTo(SIGNATURE + "20000007" + "e10004" + "075c" + "9c40");
    answer.release();
  }

  @Test
  void a_header_that_does_not_come_is_not_waited_for_long() {
    send(SIGNATURE);
    node.advanceTimeBy(5, TimeUnit.SECONDS);
    node.runScheduledPendingTasks();

    assertThat(node.isOpen()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7,192.0.2.1,192.0.2.7",
    "2001:db8::7,2001:db8::1,2001:db8:0:0:0:0:0:7",
    "192.0.2.7,2001:db8::1,0:0:0:0:0:ffff:c000:207",
  })
  void the_real_addresses_come_across(String source, String destination, String device) {
    HAProxyMessage header =
        across(
            new Addressed(
                new InetSocketAddress(source, 40_000), new InetSocketAddress(destination, 1883)),
            DeviceTransport.WEB_SOCKET,
            Optional.empty());

    assertThat(ProxyHeader.of(header))
        .contains(
            new ProxyHeader(
                DeviceTransport.WEB_SOCKET, new NodeAddress(device, 40_000), Optional.empty()));
    assertThat(header.destinationPort()).isEqualTo(1883);
    header.release();
  }

  @ParameterizedTest
  @EnumSource(value = DeviceTransport.class, names = "RELAYED", mode = EnumSource.Mode.EXCLUDE)
  void the_transport_comes_across(DeviceTransport transport) {
    HAProxyMessage header = across(new EmbeddedChannel(), transport, Optional.empty());

    assertThat(ProxyHeader.of(header)).map(ProxyHeader::transport).contains(transport);
    header.release();
  }

  @Test
  void what_a_proxy_has_said_of_a_device_comes_across() {
    EmbeddedChannel device = new EmbeddedChannel();
    ClientAddress.set(device, new InetSocketAddress("192.0.2.7", 40_000));
    HAProxyMessage header = across(device, DeviceTransport.TCP, Optional.empty());

    assertThat(header.sourcePort()).isEqualTo(40_000);
    header.release();
  }

  @Test
  void what_the_device_has_proved_comes_across_and_counts_only_from_a_node() {
    DeviceIdentity identity =
        new DeviceIdentity("a", Optional.of("anna"), Apps.of(Set.of("com.example")), Instant.MAX);
    HAProxyMessage header =
        across(new EmbeddedChannel(), DeviceTransport.TCP, Optional.of(identity));

    assertThat(ProxyHeader.of(header)).map(ProxyHeader::proven).contains(Optional.of(identity));
    header.release();
    // This end has not proved that it is a node.
    ByteBuf bytes = bytes(new EmbeddedChannel(), DeviceTransport.TCP, Optional.of(identity));
    node.writeInbound(bytes);
    assertThat(proven).containsExactly(Optional.empty());
  }

  private static HAProxyMessage across(
      EmbeddedChannel device, DeviceTransport transport, Optional<DeviceIdentity> identity) {
    EmbeddedChannel in = new EmbeddedChannel(new HAProxyMessageDecoder(true));
    in.writeInbound(bytes(device, transport, identity));
    return in.readInbound();
  }

  private static ByteBuf bytes(
      EmbeddedChannel device, DeviceTransport transport, Optional<DeviceIdentity> identity) {
    EmbeddedChannel out = new EmbeddedChannel(HAProxyMessageEncoder.INSTANCE);
    out.writeOutbound(ProxyHeader.header(device, transport, identity));
    device.finishAndReleaseAll();
    return out.readOutbound();
  }

  /** Version 2, PROXY, TCP over IPv4, no addresses, 0xE3, and four bytes: "what". */
  private static final String QUESTION =
      SIGNATURE + "21110010" + "00".repeat(12) + "e3000101" + "00000004" + "77686174";

  @Test
  void a_question_about_a_device_is_answered_and_the_connection_ends() {
    send(QUESTION);
    assertThat(asked).containsExactly("what");
    assertThat(let).isEmpty();
    assertThat(node.isOpen()).isTrue();

    answer.complete("this".getBytes(UTF_8));
    node.runPendingTasks();
    ByteBuf out = node.readOutbound();
    assertThat(ByteBufUtil.hexDump(out)).isEqualTo("00000004" + "74686973");
    out.release();
    assertThat(node.isOpen()).isFalse();
  }

  @Test
  void one_that_comes_in_pieces_is_one() {
    for (int i = 0; i < QUESTION.length(); i += 2) {
      assertThat(asked).isEmpty();
      send(QUESTION.substring(i, i + 2));
    }
    assertThat(asked).containsExactly("what");
  }

  @Test
  void one_that_nobody_of_the_installation_has_asked_has_no_answer() {
    send(QUESTION);
    answer.completeExceptionally(new IllegalArgumentException("no seal"));
    node.runPendingTasks();

    assertThat(node.isOpen()).isFalse();
    assertThat((Object) node.readOutbound()).isNull();
    assertThat(refused("question")).isEqualTo(1);
  }

  @Test
  void one_that_is_too_long_is_none() {
    send(SIGNATURE + "21110010" + "00".repeat(12) + "e3000101" + "00020001");
    assertThat(node.isOpen()).isFalse();
    assertThat(asked).isEmpty();
    assertThat(refused("question")).isEqualTo(1);
  }

  @Test
  void there_is_one_question_for_a_connection() {
    send(QUESTION + "0000000177");
    assertThat(asked).containsExactly("what");
    assertThat(node.isOpen()).isFalse();
  }

  @Test
  void one_that_does_not_come_and_an_answer_that_does_not_are_not_waited_for_long() {
    send(QUESTION.substring(0, QUESTION.length() - 2));
    node.advanceTimeBy(9, TimeUnit.SECONDS);
    node.runScheduledPendingTasks();
    assertThat(node.isOpen()).isTrue();
    node.advanceTimeBy(2, TimeUnit.SECONDS);
    node.runScheduledPendingTasks();
    assertThat(node.isOpen()).isFalse();
  }

  private double refused(String reason) {
    return meters.get("tidings.node.internal.refused").tag("reason", reason).counter().count();
  }

  private void send(String hex) {
    node.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
    node.runPendingTasks();
  }

  /** What is behind the reception. */
  private final class Behind extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      let.add("active");
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      let.add(ByteBufUtil.hexDump((ByteBuf) message));
      ((ByteBuf) message).release();
    }
  }

  /** A channel that says it is at an address. */
  private static final class Addressed extends EmbeddedChannel {
    private final SocketAddress remote;
    private final SocketAddress local;

    Addressed(SocketAddress remote, SocketAddress local) {
      this.remote = remote;
      this.local = local;
    }

    @Override
    protected SocketAddress remoteAddress0() {
      return remote;
    }

    @Override
    public SocketAddress remoteAddress() {
      return remote;
    }

    @Override
    public SocketAddress localAddress() {
      return local;
    }
  }
}
