package dev.tidings.net.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.net.limit.AddressRanges;
import dev.tidings.net.limit.ClientAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a trusted balancer says of its client, in every form, and what is no header at all. */
class ProxyHeaderChannelTest {
  private static final InetSocketAddress BALANCER = new InetSocketAddress("10.1.2.3", 4711);
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
  private static final byte[] REQUEST = "GET / HTTP/1.1\r\n".getBytes(US_ASCII);
  private static final long SEED = 20_261_129;
  private static final int MUTATIONS = 4_000;

  private final AtomicInteger refused = new AtomicInteger();
  private final TrustedProxies proxies =
      new TrustedProxies(
          AddressRanges.of(List.of("10.0.0.0/8")), Duration.ofSeconds(5), refused::incrementAndGet);
  private final ByteBuf received = Unpooled.buffer();
  private EmbeddedChannel channel = connect();

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
    received.release();
  }

  /** With a handler behind the header that keeps what it gets. */
  private EmbeddedChannel connect() {
    EmbeddedChannel opened =
        new EmbeddedChannel() {
          @Override
          public SocketAddress remoteAddress() {
            return BALANCER;
          }
        };
    opened.freezeTime();
    proxies.read(
        opened,
        begun -> {
          opened
              .pipeline()
              .addLast(
                  new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object message) {
                      ByteBuf bytes = (ByteBuf) message;
                      received.writeBytes(bytes);
                      bytes.release();
                    }
                  });
          begun.run();
        });
    return opened;
  }

  private void send(byte[] bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes));
    channel.runPendingTasks();
  }

  private static byte[] header(String text) {
    return text.startsWith("PROXY")
        ? (text + "\r\n").getBytes(US_ASCII)
        : HexFormat.of().parseHex(SIGNATURE + text.replace(" ", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "PROXY TCP4 192.0.2.7 192.0.2.1 40000 443, 192.0.2.7, 40000",
    "PROXY TCP6 2001:db8::7 2001:db8::1 40000 443, 2001:db8::7, 40000",
    // IPv4 within IPv6: of a balancer that listens on both.
    "PROXY TCP6 ::ffff:192.0.2.7 ::ffff:192.0.2.1 40000 443, 192.0.2.7, 40000",
    "2111 000c c0000207 c0000201 9c40 01bb, 192.0.2.7, 40000",
    // IPv6, with a unique id (0x05) and a checksum nobody looks at (0x03).
    "2121 0030 20010db8000000000000000000000007 20010db8000000000000000000000001 9c40 01bb"
        + " 050002abcd 03000400000000, 2001:db8::7, 40000",
    "2121 0024 00000000000000000000ffffc0000207 00000000000000000000ffffc0000201 9c40 01bb,"
        + " 192.0.2.7, 40000",
    // LOCAL, with an address that does not count.
    "2011 000c c0000207 c0000201 9c40 01bb, 10.1.2.3, 4711",
    "2000 0000, 10.1.2.3, 4711",
    "2100 0000, 10.1.2.3, 4711",
    // A datagram and a UNIX socket name no client.
    "2112 000c c0000207 c0000201 9c40 01bb, 10.1.2.3, 4711",
    "PROXY UNKNOWN, 10.1.2.3, 4711",
  })
  void the_client_is_the_one_that_is_named_and_what_follows_comes_through(
      String header, String host, int port) {
    byte[] bytes = header(header);
    for (int split = 1; split < bytes.length; split += 5) {
      received.clear();
      send(Arrays.copyOf(bytes, split));
      assertThat(received.isReadable()).isFalse();
      send(
          ByteBufUtil.getBytes(
              Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, split, bytes.length), REQUEST)));

      assertThat(ClientAddress.of(channel)).isEqualTo(new InetSocketAddress(host, port));
      assertThat(ByteBufUtil.getBytes(received)).isEqualTo(REQUEST);
      channel.finishAndReleaseAll();
      channel = connect();
    }
    assertThat(refused).hasValue(0);
  }

  @Test
  void one_that_sends_its_header_byte_by_byte_has_no_more_time_than_others() {
    byte[] bytes = header("PROXY TCP4 192.0.2.7 192.0.2.1 40000 443");
    for (int i = 0; i < bytes.length && channel.isOpen(); i++) {
      send(new byte[] {bytes[i]});
      channel.advanceTimeBy(200, TimeUnit.MILLISECONDS);
      channel.runScheduledPendingTasks();
    }

    assertThat(channel.isOpen()).isFalse();
    assertThat(refused).hasValue(1);
    assertThat(received.isReadable()).isFalse();
  }

  /** Fields within fields, as deep as a header has room for. */
  @Test
  void a_header_of_fields_within_fields_breaks_nothing() {
    ByteBuf fields = Unpooled.buffer();
    int size = 65_535 - 12;
    fields.writeBytes(header("2111 ffff c0000207 c0000201 9c40 01bb"));
    for (int left = size - 3; left > 8; left -= 8) {
      fields.writeByte(0x20).writeShort(left).writeByte(1).writeInt(0);
    }
    fields.writeZero(12 + SIGNATURE.length() / 2 + 4 + size - fields.readableBytes());
    send(ByteBufUtil.getBytes(fields));

    assertThat(channel.isOpen()).isFalse();
    assertThat(refused).hasValue(1);
  }

  @Test
  void whatever_is_sent_either_names_a_client_or_is_refused() {
    Random random = new Random(SEED);
    List<byte[]> good =
        List.of(
            header("PROXY TCP4 192.0.2.7 192.0.2.1 40000 443"),
            header("PROXY TCP6 2001:db8::7 2001:db8::1 40000 443"),
            header("2111 0014 c0000207 c0000201 9c40 01bb 0400050000000000"),
            header(
                "2121 0030 20010db8000000000000000000000007 20010db8000000000000000000000001 9c40"
                    + " 01bb 050002abcd 2000040100000000"));
    int before = refused.get();
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = good.get(random.nextInt(good.size())).clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      received.clear();
      ByteBuf sent = Unpooled.copiedBuffer(bytes, REQUEST);
      channel.writeInbound(sent);
      channel.runPendingTasks();
      channel.advanceTimeBy(5, TimeUnit.SECONDS);
      channel.runScheduledPendingTasks();
      channel.checkException();

      boolean served = refused.get() == before;
      assertThat(channel.isOpen()).as(HexFormat.of().formatHex(bytes)).isEqualTo(served);
      if (!served) {
        assertThat(received.isReadable()).as(HexFormat.of().formatHex(bytes)).isFalse();
      }
      before = refused.get();
      channel.finishAndReleaseAll();
      assertThat(sent.refCnt()).isZero();
      channel = connect();
    }
    assertThat(before).isBetween(MUTATIONS / 10, MUTATIONS);
  }
}
