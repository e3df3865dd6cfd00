package dev.tidings.device.receive;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Tells the service what became of notifications on the device. Thread-safe; never blocks. */
public final class Reports {
  private static final String DISPLAYED = "$tidings/displayed";
  private static final String OPENED = "$tidings/opened";

  private final JsonFactory json = new JsonFactory();
  private final Mqtt5AsyncClient mqtt;

  public Reports(Mqtt5AsyncClient mqtt) {
    this.mqtt = mqtt;
  }

  /** Completes when the service has it; with an exception if it was refused. */
  public CompletableFuture<@Nullable Void> displayed(ReceivedNotification notification) {
    return publish(DISPLAYED, notification);
  }

  /** Completes when the service has it; with an exception if it was refused. */
  public CompletableFuture<@Nullable Void> opened(ReceivedNotification notification) {
    return publish(OPENED, notification);
  }

  private CompletableFuture<@Nullable Void> publish(
      String topic, ReceivedNotification notification) {
    if (notification.isLocal()) {
      return CompletableFuture.completedFuture(null);
    }
    return mqtt.publish(
            Mqtt5Publish.builder()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload(notification))
                .build())
        .thenApply(result -> null);
  }

  /** {@code {"id":…,"app":…}}. */
  private byte[] payload(ReceivedNotification notification) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = json.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("id", notification.id());
      out.writeStringField("app", notification.app());
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory can be written to", e);
    }
    return bytes.toByteArray();
  }
}
