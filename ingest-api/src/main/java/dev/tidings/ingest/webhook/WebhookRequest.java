package dev.tidings.ingest.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.ingest.receipts.ReceiptBatches.Event;
import dev.tidings.schemas.avro.Webhook;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request to a webhook, which is sent unchanged until it is answered.
 *
 * @param id of the request: the same for the same events, also from another process
 * @param body the same each time
 */
record WebhookRequest(String id, byte[] body) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int ID_BYTES = 18;

  /**
   * Writes events.
   *
   * @param webhook its id
   * @param at when they were put together
   */
  static WebhookRequest of(String webhook, String app, List<Event> events, Instant at) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("type", "receipts");
      out.writeStringField("timestamp", at.toString());
      out.writeObjectFieldStart("data");
      out.writeStringField("app", app);
      out.writeArrayFieldStart("events");
      for (Event event : events) {
        out.writeStartObject();
        out.writeStringField("id", event.id());
        out.writeStringField("type", event.type());
        out.writeFieldName("data");
        out.writeRawValue(new String(event.json(), StandardCharsets.UTF_8));
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new WebhookRequest(id(webhook, events), bytes.toByteArray());
  }

  /** Returns its headers when it is sent at that time: it is signed anew each time. */
  Map<String, String> headers(Webhook webhook, Instant now) {
    long timestamp = now.getEpochSecond();
    List<byte[]> keys = Signature.keys(webhook, now);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("webhook-id", id);
    headers.put("webhook-timestamp", Long.toString(timestamp));
    headers.put("webhook-signature", Signature.of(id, timestamp, body, keys));
    return headers;
  }

  private static String id(String webhook, List<Event> events) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(webhook.getBytes(StandardCharsets.UTF_8));
      for (Event event : events) {
        digest.update((byte) 0);
        digest.update(event.id().getBytes(StandardCharsets.UTF_8));
      }
      byte[] part = Arrays.copyOf(digest.digest(), ID_BYTES);
      return "msg_" + Base64.getUrlEncoder().withoutPadding().encodeToString(part);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
