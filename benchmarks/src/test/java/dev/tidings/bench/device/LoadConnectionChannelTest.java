package dev.tidings.bench.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.bench.access.DeviceIssuer;
import dev.tidings.bench.measure.Latencies;
import dev.tidings.bench.measure.Phase;
import dev.tidings.bench.measure.Stamp;
import dev.tidings.infra.process.HostPort;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadConnectionChannelTest {
  private static final HostPort NODE = new HostPort("127.0.0.1", 1883);
  private static final byte[] ACCEPTED = {0x20, 3, 0, 0, 0};
  private static final String TOPIC = "tidings/com.example.bench/id";

  private final FleetCounts counts = new FleetCounts();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final DeviceLoop deviceLoop =
      new DeviceLoop(
          channel.eventLoop(),
          new Bootstrap(),
          new DeviceSetup("bench-", "com.example.bench", true, true, 0),
          List.of(NODE),
          counts);
  private final Device device = new Device(5, deviceLoop, NODE);

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void a_device_connects_and_registers_and_counts_as_connected_once_it_has_its_token() {
    channel.pipeline().addLast(new LoadConnection(device, deviceLoop));
    channel.pipeline().fireChannelActive();
    assertThat(sent()).startsWith("10").contains(hex("bench-5")).contains(hex("MQTT"));

    channel.writeInbound(Unpooled.wrappedBuffer(ACCEPTED));
    assertThat(sent()).startsWith("32").contains(hex("{\"app\":\"com.example.bench\"}"));
    assertThat(counts.connectedNow()).isZero();

    channel.writeInbound(registered());
    assertThat(counts.connectedNow()).isEqualTo(1);
    assertThat(device.isRegistered()).isTrue();
  }

  @Test
  void a_device_of_an_issuer_connects_with_a_token_of_its_own(@TempDir Path directory)
      throws IOException {
    DeviceSetup setup =
        new DeviceSetup("bench-", "com.example.bench", true, false, 0)
            .with(Optional.of(DeviceIssuer.create(directory)));
    var loop = new DeviceLoop(channel.eventLoop(), new Bootstrap(), setup, List.of(NODE), counts);
    channel.pipeline().addLast(new LoadConnection(new Device(7, loop, NODE), loop));
    channel.pipeline().fireChannelActive();

    ByteBuf packet = channel.readOutbound();
    try {
      int body = DevicePackets.body(packet, 0);
      // CONNECT ends where SUBSCRIBE begins; its password is the last field.
      int end = DevicePackets.length(packet);
      assertThat(packet.getByte(end)).isEqualTo((byte) 0x82);
      assertThat(packet.getByte(body + 7)).as("flags").isEqualTo((byte) 0x40);
      int password = body + 10 + 1 + 2 + "bench-7".length();
      assertThat(password + 2 + packet.getUnsignedShort(password)).isEqualTo(end);
      String token = packet.toString(password + 2, end - password - 2, StandardCharsets.US_ASCII);
      assertThat(
              new String(
                  Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8))
          .contains("\"sub\":\"bench-7\"");
    } finally {
      packet.release();
    }
  }

  @Test
  void notifications_that_come_together_are_confirmed_together_and_counted_once() {
    connect();
    long now = System.nanoTime();
    deviceLoop.phase(new Phase(now - 1_000_000_000L, now + 1_000_000_000L));

    channel.writeInbound(
        Unpooled.wrappedBuffer(
            publish(11, 5, 0, now), publish(12, 5, 1, now), publish(13, 5, 1, now)));

    assertThat(sent()).isEqualTo("4002000b4002000c4002000d");
    assertThat(deviceLoop.receivedSoFar()).isEqualTo(2);
    assertThat(deviceLoop.tally().repeated()).isEqualTo(1);
    var latencies = new Latencies();
    deviceLoop.tally().addTo(latencies, latencies);
    assertThat(latencies.count()).isEqualTo(2);
  }

  @Test
  void notifications_that_come_in_pieces_are_put_together() {
    connect();
    ByteBuf bytes =
        Unpooled.wrappedBuffer(publish(1, 5, 0, 0), publish(2, 5, 1, 0), publish(3, 5, 2, 0));
    while (bytes.isReadable()) {
      channel.writeInbound(bytes.readRetainedSlice(Math.min(7, bytes.readableBytes())));
    }
    bytes.release();

    assertThat(deviceLoop.receivedSoFar()).isEqualTo(3);
    assertThat(sent()).isEqualTo("400200014002000240020003");
  }

  @Test
  void a_slow_device_confirms_the_oldest_from_time_to_time_and_all_when_it_is_to_hurry() {
    var setup = new DeviceSetup("slow-", "com.example.bench", true, true, 0).confirmingEvery(1000);
    var slow = new DeviceLoop(channel.eventLoop(), new Bootstrap(), setup, List.of(NODE), counts);
    var connection = new LoadConnection(new Device(0, slow, NODE), slow);
    channel.freezeTime();
    channel.pipeline().addLast(connection);
    channel.pipeline().fireChannelActive();
    channel.writeInbound(Unpooled.wrappedBuffer(ACCEPTED), registered());
    channel.runScheduledPendingTasks();
    sent();

    channel.writeInbound(publish(1, 0, 0, 0), publish(2, 0, 1, 0), publish(3, 0, 2, 0));
    assertThat(sent()).isEmpty();
    assertThat(slow.receivedSoFar()).isEqualTo(3);
    channel.advanceTimeBy(1, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(sent()).isEqualTo("40020001");
    assertThat(slow.unconfirmed().sum()).isEqualTo(2);

    connection.confirmEvery(0);
    channel.writeInbound(publish(4, 0, 3, 0));
    assertThat(sent()).isEqualTo("400200024002000340020004");
    assertThat(slow.unconfirmed().sum()).isZero();
  }

  @Test
  void the_latencies_of_a_new_phase_are_counted_from_nothing() {
    connect();
    long now = System.nanoTime();
    var phase = new Phase(now - 1_000_000_000L, now + 1_000_000_000L);
    deviceLoop.phase(phase);
    channel.writeInbound(publish(1, 5, 0, now), publish(2, 5, 1, now));
    deviceLoop.phase(new Phase(phase.from() + 1, phase.until()));
    channel.writeInbound(publish(3, 5, 2, now));

    var latencies = new Latencies();
    deviceLoop.tally().addTo(latencies, latencies);
    assertThat(latencies.count()).isEqualTo(1);
  }

  @Test
  void what_is_for_another_device_is_told_apart() {
    connect();
    channel.writeInbound(publish(1, 6, 0, 0));

    assertThat(deviceLoop.tally().strangers()).isEqualTo(1);
    assertThat(deviceLoop.receivedSoFar()).isZero();
  }

  @Test
  void a_device_that_is_sent_to_another_node_goes_there() {
    channel.pipeline().addLast(new LoadConnection(device, deviceLoop));
    channel.pipeline().fireChannelActive();
    String reference = "10.0.0.7:1999";
    channel.writeInbound(
        Unpooled.buffer()
            .writeByte(0x20)
            .writeByte(3 + 3 + reference.length())
            .writeByte(0)
            .writeByte(0x9C)
            .writeByte(3 + reference.length())
            .writeByte(0x1C)
            .writeShort(reference.length())
            .writeBytes(reference.getBytes(StandardCharsets.US_ASCII)));

    assertThat(device.node()).isEqualTo(new HostPort("10.0.0.7", 1999));
    assertThat(channel.isOpen()).isFalse();
  }

  private void connect() {
    channel.pipeline().addLast(new LoadConnection(device, deviceLoop));
    channel.pipeline().fireChannelActive();
    channel.writeInbound(Unpooled.wrappedBuffer(ACCEPTED), registered());
    sent();
  }

  private static ByteBuf registered() {
    String topic = "$tidings/registered";
    return Unpooled.buffer()
        .writeByte(0x30)
        .writeByte(2 + topic.length() + 1 + 2)
        .writeShort(topic.length())
        .writeBytes(topic.getBytes(StandardCharsets.US_ASCII))
        .writeByte(0)
        .writeBytes("{}".getBytes(StandardCharsets.US_ASCII));
  }

  /** With a property, and a length of two bytes. */
  private static ByteBuf publish(int packetId, int forDevice, int sequence, long time) {
    byte[] payload = Stamp.payload(150);
    Stamp.write(payload, forDevice, sequence, time);
    int remaining = 2 + TOPIC.length() + 2 + 1 + 2 + payload.length;
    return Unpooled.buffer()
        .writeByte(0x32)
        .writeByte((remaining & 0x7F) | 0x80)
        .writeByte(remaining >> 7)
        .writeShort(TOPIC.length())
        .writeBytes(TOPIC.getBytes(StandardCharsets.US_ASCII))
        .writeShort(packetId)
        .writeByte(2)
        .writeShort(0x0101)
        .writeBytes(payload);
  }

  private String sent() {
    var all = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      all.append(ByteBufUtil.hexDump(out));
      out.release();
    }
    return all.toString();
  }

  private static String hex(String text) {
    return ByteBufUtil.hexDump(text.getBytes(StandardCharsets.US_ASCII));
  }
}
