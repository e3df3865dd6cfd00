package dev.tidings.bench.provider;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
  private final byte[] laterAuthority;
  private final byte[] laterHeaders;

  /**
   * @param authorization the header; empty for none
   */
  RequestTemplate(String authority, String app, Optional<String> authorization) {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    headers.add(Map.entry("apns-topic", app));
    headers.add(Map.entry("apns-push-type", "alert"));
    headers.add(Map.entry("apns-priority", "10"));
    authorization.ifPresent(value -> headers.add(Map.entry("authorization", value)));
    int count = headers.size();
    firstAuthority = bytes(out -> indexed(out, AUTHORITY, "", authority));
    firstHeaders =
        bytes(
            out -> headers.forEach(each -> indexed(out, NEW_NAME, each.getKey(), each.getValue())));
    laterAuthority = new byte[] {(byte) (INDEXED | NEWEST + count)};
    laterHeaders = new byte[count];
    for (int i = 0; i < count; i++) {
      laterHeaders[i] = (byte) (INDEXED | NEWEST + count - 1 - i);
    }
  }

  /** Appends the header block of a request to a token. */
  void write(ByteBuf out, byte[] token, boolean first) {
    out.writeByte(METHOD_POST).writeByte(SCHEME_HTTP);
    out.writeBytes(first ? firstAuthority : laterAuthority);
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
    if (text.length() <= LONGEST) {
      out.writeByte(text.length());
    } else {
      // An integer with a prefix of seven bits (section 5.1).
      int rest = text.length() - LONGEST - 1;
      out.writeByte(LONGEST + 1);
      for (; rest > LONGEST + 1; rest >>>= 7) {
        out.writeByte((rest & 0x7F) | 0x80);
      }
      out.writeByte(rest);
    }
    ByteBufUtil.writeAscii(out, text);
  }

  private static byte[] bytes(java.util.function.Consumer<ByteBuf> writer) {
    ByteBuf out = Unpooled.buffer();
    writer.accept(out);
    return ByteBufUtil.getBytes(out);
  }
}
