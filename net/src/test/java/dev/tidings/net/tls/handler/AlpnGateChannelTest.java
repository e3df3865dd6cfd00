package dev.tidings.net.tls.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlpnGateChannelTest {
  private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 120};

  private final EmbeddedChannel channel =
      new EmbeddedChannel(new AlpnGate(List.of("h2", "http/1.1")));

  @AfterEach
  void end() {
    channel.finishAndReleaseAll();
  }

  private static byte[] hello(String version, String... protocols) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, null, null);
    SSLEngine engine = context.createSSLEngine("localhost", 1);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    parameters.setProtocols(version.split(" "));
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), out);
    return Arrays.copyOf(out.array(), out.position());
  }

  private byte[] passed() {
    return bytes(true);
  }

  private byte[] answered() {
    return bytes(false);
  }

  private byte[] bytes(boolean inbound) {
    ByteBuf all = Unpooled.buffer();
    ByteBuf next;
    while ((next = inbound ? channel.readInbound() : channel.readOutbound()) != null) {
      all.writeBytes(next);
      next.release();
    }
    return ByteBufUtil.getBytes(all);
  }

  private void say(byte[] bytes, int segment) {
    for (int from = 0; from < bytes.length; from += segment) {
      byte[] part = Arrays.copyOfRange(bytes, from, Math.min(from + segment, bytes.length));
      channel.writeInbound(Unpooled.wrappedBuffer(part));
    }
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.2,1", "TLSv1.2,10000", "TLSv1.3,1", "TLSv1.3,10000", "TLSv1.3 TLSv1.2,100"})
  void who_names_nothing_of_ours_gets_the_alert_and_is_gone(String version, int segment)
      throws Exception {
    byte[] hello = hello(version, "foo", "h2c", "H2");
    say(hello, segment);

    assertThat(answered()).isEqualTo(ALERT);
    assertThat(passed()).isEmpty();
    assertThat(channel.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 10_000})
  void who_names_one_of_ours_or_nothing_at_all_goes_on_to_tls(int segment) throws Exception {
    byte[] hello = hello("TLSv1.3", "foo", "http/1.1");
    say(hello, segment);
    assertThat(passed()).isEqualTo(hello);

    EmbeddedChannel none = new EmbeddedChannel(new AlpnGate(List.of("mqtt")));
    byte[] silent = hello("TLSv1.2");
    none.writeInbound(Unpooled.wrappedBuffer(silent));
    assertThat(none.pipeline().get(AlpnGate.class)).isNull();
    none.finishAndReleaseAll();

    say(new byte[] {1, 2, 3}, 3);
    assertThat(passed()).isEqualTo(new byte[] {1, 2, 3});
    assertThat(answered()).isEmpty();
  }

  @Test
  void what_is_malformed_is_left_to_tls() throws Exception {
    byte[] hello = hello("TLSv1.3", "foo");
    for (int end = 9; end < hello.length; end += 13) {
      EmbeddedChannel own = new EmbeddedChannel(new AlpnGate(List.of("h2")));
      byte[] cut = Arrays.copyOf(hello, end);
      int length = end - 5;
      cut[3] = (byte) (length >> 8);
      cut[4] = (byte) length;
      cut[7] = (byte) ((length - 4) >> 8);
      cut[8] = (byte) (length - 4);
      own.writeInbound(Unpooled.wrappedBuffer(cut));
      assertThat(own.pipeline().get(AlpnGate.class)).as("of %d bytes", end).isNull();
      own.finishAndReleaseAll();
    }
    say(new byte[] {'G', 'E', 'T', ' ', '/', ' '}, 6);
    assertThat(passed()).hasSize(6);
  }
}
