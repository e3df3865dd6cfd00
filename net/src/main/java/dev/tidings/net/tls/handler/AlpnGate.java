package dev.tidings.net.tls.handler;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a client whose ALPN extension names none of our protocols, with the fatal alert
 * no_application_protocol (RFC 7301, section 3.2); BoringSSL as used by Netty would continue
 * without a protocol. The handler precedes the TLS handler and removes itself after the
 * ClientHello; malformed input is left to TLS.
 */
final class AlpnGate extends SslClientHelloHandler<Boolean> {
  private static final int MAX_HELLO_BYTES = 16 * 1024;
  private static final int VERSION_AND_RANDOM = 2 + 32;
  private static final int ALPN = 16;

  /** A TLS record with the fatal alert no_application_protocol. */
  private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 120};

  private final List<String> ours;
  private boolean refused;

  AlpnGate(List<String> ours) {
    super(MAX_HELLO_BYTES);
    this.ours = ours;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (refused) {
      in.skipBytes(in.readableBytes());
    } else {
      super.decode(ctx, in, out);
    }
  }

  @Override
  protected Future<Boolean> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf hello) {
    return ctx.executor().newSucceededFuture(hello == null || fits(hello.slice()));
  }

  @Override
  protected void onLookupComplete(ChannelHandlerContext ctx, Future<Boolean> fits) {
    if (fits.getNow()) {
      ctx.pipeline().remove(this);
    } else {
      refused = true;
      ctx.writeAndFlush(Unpooled.wrappedBuffer(ALERT)).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private boolean fits(ByteBuf hello) {
    try {
      hello.skipBytes(VERSION_AND_RANDOM);
      hello.skipBytes(hello.readUnsignedByte());
      hello.skipBytes(hello.readUnsignedShort());
      hello.skipBytes(hello.readUnsignedByte());
      if (!hello.isReadable()) {
        return true;
      }
      ByteBuf extensions = hello.readSlice(hello.readUnsignedShort());
      while (extensions.isReadable()) {
        int type = extensions.readUnsignedShort();
        ByteBuf extension = extensions.readSlice(extensions.readUnsignedShort());
        if (type == ALPN) {
          return namesOneOfOurs(extension.readSlice(extension.readUnsignedShort()));
        }
      }
      return true;
    } catch (IndexOutOfBoundsException e) {
      return true;
    }
  }

  private boolean namesOneOfOurs(ByteBuf names) {
    boolean any = false;
    while (names.isReadable()) {
      String name =
          names.readCharSequence(names.readUnsignedByte(), StandardCharsets.ISO_8859_1).toString();
      if (ours.contains(name)) {
        return true;
      }
      any = true;
    }
    return !any;
  }
}
