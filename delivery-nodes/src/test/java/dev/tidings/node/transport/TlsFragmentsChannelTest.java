package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.net.tls.ServerIdentity;
import dev.tidings.node.mqtt.Deliveries;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.mqtt.MqttHandlers;
import dev.tidings.node.mqtt.MqttSettings;
import dev.tidings.node.mqtt.Samples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Packets, TLS records and segments: no boundary of one means anything to another. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TlsFragmentsChannelTest {
  private static final int WHOLE = Integer.MAX_VALUE;

  private ServerIdentity identity;

  @BeforeAll
  void identify() throws Exception {
    identity = TestIdentity.of(TestIdentity.bundle());
  }

  @Test
  void a_conversation_means_the_same_wherever_records_and_segments_are_cut() throws Exception {
    byte[] all = Samples.conversation(MqttVersion.MQTT_5);
    String whole = result(List.of(all), WHOLE);
    assertThat(whole).contains("[4]").contains("register phone-1 com.example.news");
    assertThat(result(List.of(all), 1)).as("one record, a byte at a time").isEqualTo(whole);
    for (int size : List.of(1, 2, 7)) {
      List<byte[]> records = Samples.pieces(all, size);
      assertThat(result(records, WHOLE)).as("records of %d bytes", size).isEqualTo(whole);
      assertThat(result(records, 5)).as("records of %d in segments of 5", size).isEqualTo(whole);
    }
  }

  /** What the node makes of it, and answers. */
  private String result(List<byte[]> records, int segment) throws Exception {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    FakeDirectory directory = new FakeDirectory();
    FakeRegistrar registrar = new FakeRegistrar();
    SslContext tls = TestIdentity.context(identity);
    EmbeddedChannel node =
        new EmbeddedChannel(
            new TlsPipeline(
                () -> tls,
                new MqttHandlers(
                    MqttSettings.DEFAULTS, directory, registrar, () -> Deliveries.NOW, meters),
                Limits.of(10, meters),
                Optional.empty()));
    EmbeddedChannel device = new EmbeddedChannel();
    device
        .pipeline()
        .addLast(
            SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .build()
                .newHandler(device.alloc()));
    exchange(device, node, segment);
    for (byte[] record : records) {
      device.writeOutbound(Unpooled.wrappedBuffer(record));
      exchange(device, node, segment);
    }
    StringBuilder received = new StringBuilder();
    for (ByteBuf in = device.readInbound(); in != null; in = device.readInbound()) {
      received.append(ByteBufUtil.hexDump(in));
      in.release();
    }
    String result = received + " " + directory.last().confirmed + registrar.asked + node.isOpen();
    device.finishAndReleaseAll();
    node.finishAndReleaseAll();
    return result;
  }

  /** Carries bytes to and fro until there are none. */
  private static void exchange(EmbeddedChannel device, EmbeddedChannel node, int segment) {
    boolean moved = true;
    while (moved) {
      moved = carry(device, node, segment);
      moved |= carry(node, device, WHOLE);
    }
  }

  private static boolean carry(EmbeddedChannel from, EmbeddedChannel to, int segment) {
    from.runPendingTasks();
    boolean moved = false;
    for (ByteBuf out = from.readOutbound(); out != null; out = from.readOutbound()) {
      while (out.isReadable() && to.isOpen()) {
        to.writeInbound(out.readBytes(Math.min(segment, out.readableBytes())));
        moved = true;
      }
      out.release();
    }
    to.runPendingTasks();
    return moved;
  }
}
