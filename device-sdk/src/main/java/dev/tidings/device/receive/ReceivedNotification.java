package dev.tidings.device.receive;

import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A notification as received by the device. */
public final class ReceivedNotification {
  /** What stands before the id of a notification that is taken back. */
  private static final String WITHDRAW = "withdraw-";

  private final String id;
  private final String app;
  private final byte[] payload;
  private final Map<String, String> properties;
  private final boolean local;

  public ReceivedNotification(
      String id, String app, byte[] payload, Map<String, String> properties) {
    this(id, app, payload, properties, false);
  }

  private ReceivedNotification(
      String id, String app, byte[] payload, Map<String, String> properties, boolean local) {
    this.local = local;
    this.id = id;
    this.app = app;
    this.payload = payload;
    this.properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
  }

  /** Returns one that the device makes itself. */
  static ReceivedNotification local(String id, String app, byte[] payload) {
    return new ReceivedNotification(id, app, payload, Collections.emptyMap(), true);
  }

  /** Parses a PUBLISH to {@code tidings/{app}/{id}}; empty for any other topic. */
  static Optional<ReceivedNotification> of(Mqtt5Publish publish) {
    List<String> levels = publish.getTopic().getLevels();
    if (levels.size() != 3 || !levels.get(0).equals("tidings")) {
      return Optional.empty();
    }
    Map<String, String> properties = new LinkedHashMap<>();
    for (Mqtt5UserProperty property : publish.getUserProperties().asList()) {
      properties.putIfAbsent(text(property.getName()), text(property.getValue()));
    }
    return Optional.of(
        new ReceivedNotification(
            levels.get(2), levels.get(1), publish.getPayloadAsBytes(), properties));
  }

  private static String text(MqttUtf8String text) {
    return text.toString();
  }

  /** Returns what it takes back, if it is no notification but a withdrawal. */
  Optional<Withdrawal> withdrawal() {
    return id.startsWith(WITHDRAW) && !local
        ? Optional.of(new Withdrawal(id.substring(WITHDRAW.length()), app))
        : Optional.empty();
  }

  /** Returns the id, the same on every redelivery. */
  public String id() {
    return id;
  }

  public String app() {
    return app;
  }

  /** Returns the payload as the provider sent it, byte for byte; not copied. */
  public byte[] payload() {
    return payload;
  }

  /** Returns the MQTT 5 user properties; the first if there are two of one name. */
  public Map<String, String> properties() {
    return properties;
  }

  /** Returns whether the device has made it itself: the service knows nothing of it. */
  public boolean isLocal() {
    return local;
  }

  /** Returns the notification without its payload. */
  @Override
  public String toString() {
    return "notification " + id + " for " + app;
  }
}
