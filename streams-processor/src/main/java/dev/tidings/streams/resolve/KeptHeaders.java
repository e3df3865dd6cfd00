package dev.tidings.streams.resolve;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record's headers as bytes, for as long as it waits: a dead letter has those that it came with.
 */
final class KeptHeaders {
  // What is longer is not kept: the store, and its topic, are for notifications.
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

  static Headers read(byte[] bytes) {
    Headers headers = new RecordHeaders();
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      while (in.available() > 0) {
        byte[] key = in.readNBytes(in.readInt());
        int length = in.readInt();
        headers.add(
            new String(key, StandardCharsets.UTF_8), length == NONE ? null : in.readNBytes(length));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return headers;
  }
}
