package dev.tidings.streams.resolve;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Serialises a record's headers while it waits, because a later dead letter must have the original
 * headers.
 */
final class KeptHeaders {
  // Longer headers are not kept: the store and its topic are for notifications.
  private static final int MAX_BYTES = 64 * 1024;
  private static final int NONE = -1;

  private KeptHeaders() {}

  static byte[] write(Headers headers) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      for (Header header : headers) {
        byte[] key = header.key().getBytes(StandardCharsets.UTF_8);
        byte[] value = header.value();
        if (bytes.size() + key.length + (value == null ? 0 : value.length) > MAX_BYTES) {
          break;
        }
        out.writeInt(key.length);
        out.write(key);
        out.writeInt(value == null ? NONE : value.length);
        if (value != null) {
          out.write(value);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Reads headers. Never throws: returns those before the first invalid byte. */
  static Headers read(byte[] bytes) {
    Headers headers = new RecordHeaders();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    while (in.hasRemaining()) {
      byte @Nullable [] key = next(in);
      if (key == null || in.remaining() < Integer.BYTES) {
        break;
      }
      boolean none = in.getInt(in.position()) == NONE;
      byte @Nullable [] value = none ? null : next(in);
      if (none) {
        in.getInt();
      } else if (value == null) {
        break;
      }
      headers.add(new String(key, StandardCharsets.UTF_8), value);
    }
    return headers;
  }

  /** Reads a length and as many bytes; null if they are missing. */
  private static byte @Nullable [] next(ByteBuffer in) {
    int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
    if (length < 0 || length > in.remaining()) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
