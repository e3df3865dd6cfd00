package dev.tidings.streams.resolve;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.topic.ReceiptKey;
import java.nio.ByteBuffer;
import java.util.UUID;

/** Notifications to begin with; a test changes what it is about. */
final class Samples {
  static final String TOKEN = "0123456789abcdef".repeat(4);
  static final String OTHER_TOKEN = "fedcba9876543210".repeat(4);
  static final String APP = "com.example.news";
  static final String DEVICE = "phone-1";
  static final String PAYLOAD = "{\"aps\":{\"alert\":\"Hello\"}}";

  private Samples() {}

  static String id(int number) {
    return new UUID(0, number).toString();
  }

  static Notification.Builder some(int number) {
    return Notification.newBuilder()
        .setId(id(number))
        .setApp(APP)
        .setPayload(ByteBuffer.wrap(PAYLOAD.getBytes(UTF_8)))
        .setAcceptedAt(Pipeline.START.toEpochMilli() - 3)
        .setAcceptedBy("ingest-1");
  }

  static String receiptKey(String id) {
    return new String(ReceiptKey.of(id, TOKEN), UTF_8);
  }

  static ByteBuffer payload(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  /** A JSON object of so many bytes. */
  static ByteBuffer payloadOf(int bytes) {
    return payload("{\"a\":\"" + "x".repeat(bytes - 8) + "\"}");
  }
}
