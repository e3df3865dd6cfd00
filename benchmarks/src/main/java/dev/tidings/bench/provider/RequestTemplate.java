package dev.tidings.bench.provider;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * The headers of a push request in HPACK (RFC 7541). The first request of a connection adds the
 * constant headers to the dynamic table; all others refer to them, as clients of APNs do. Only the
 * path, which contains the token, is written each time.
 */
final class RequestTemplate {
  private static final int METHOD_POST = 0x83;
  private static final int SCHEME_HTTP = 0x86;
  private static final int AUTHORITY = 0x41;
  private static final int PATH = 0x04;
  private static final int NEW_NAME = 0x40;
  private static final int INDEXED = 0x80;

  /** The first index of the dynamic table; the newest entry is first. */
  private static final int NEWEST = 62;

  private static final byte[] DEVICE = "/3/device/".getBytes(StandardCharsets.US_ASCII);

  /** Lengths up to this fit one byte. */
  private static final int LONGEST = 126;

  private final byte[] firstAuthority;
  private final byte[] firstHeaders;
  private final byte[] laterHeaders;

  RequestTemplate(String authority, String app) {
    firstAuthority = bytes(out -> indexed(out, AUTHORITY, "", authority));
    firstHeaders =
        bytes(out -> {
          indexed(out, NEW_NAME, "apns-topic", app);
          indexed(out, NEW_NAME, "apns-push-type", "alert");
          indexed(out, NEW_NAME, "apns-priority", "10");
        });
    laterHeaders =
        new byte[] {
          (byte) (INDEXED | NEWEST + 2), (byte) (INDEXED | NEWEST + 1), (byte) (INDEXED | NEWEST)
        };
  }

  /** Appends the header block of a request to a token. */
  void write(ByteBuf out, byte[] token, boolean first) {
    out.writeByte(METHOD_POST).writeByte(SCHEME_HTTP);
    if (first) {
      out.writeBytes(firstAuthority);
    } else {
      out.writeByte(INDEXED | NEWEST + 3);
    }
    out.writeByte(PATH).writeByte(DEVICE.length + token.length);
    out.writeBytes(DEVICE).writeBytes(token);
    out.writeBytes(first ? firstHeaders : laterHeaders);
  }

  private static void indexed(ByteBuf out, int how, String name, String value) {
    out.writeByte(how);
    if (!name.isEmpty()) {
      text(out, name);
    }
    text(out, value);
  }

  private static void text(ByteBuf out, String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "header: %s (expected: at most %d characters)".formatted(text, LONGEST));
    }
    out.writeByte(text.length());
    ByteBufUtil.writeAscii(out, text);
  }

  private static byte[] bytes(java.util.function.Consumer<ByteBuf> writer) {
    ByteBuf out = Unpooled.buffer();
    writer.accept(out);
    return ByteBufUtil.getBytes(out);
  }
}
