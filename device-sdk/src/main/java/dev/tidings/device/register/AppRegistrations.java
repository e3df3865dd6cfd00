package dev.tidings.device.register;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers a device's apps over its connection, and gives tokens back. A request that is lost with
 * a connection is sent again on the next one. Thread-safe; never blocks.
 */
public final class AppRegistrations implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AppRegistrations.class);
  private static final String REGISTER = "$tidings/register";
  private static final String REGISTERED = "$tidings/registered";
  private static final String UNREGISTER = "$tidings/unregister";

  private final String serial;
  private final Mqtt5AsyncClient mqtt;
  private final Registrations registrations;
  private final BooleanSupplier connected;

  /**
   * @param connected whether a request can be sent now; if not, it is sent by {@link
   *     #requestUnanswered}
   */
  public AppRegistrations(
      String serial,
      Mqtt5AsyncClient mqtt,
      Registrations registrations,
      BooleanSupplier connected) {
    this.serial = serial;
    this.mqtt = mqtt;
    this.registrations = registrations;
    this.connected = connected;
  }

  /** Registers for an app; completes with its token. */
  public CompletableFuture<String> register(String app) {
    CompletableFuture<String> token = registrations.expect(app);
    if (connected.getAsBoolean()) {
      request(app);
    }
    return token;
  }

  /** Registers for several apps; completes with their tokens. */
  public CompletableFuture<Map<String, String>> registerAll(Collection<String> apps) {
    Map<String, CompletableFuture<String>> asked = new LinkedHashMap<>();
    apps.forEach(app -> asked.put(app, register(app)));
    return CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
        .thenApply(all -> {
          Map<String, String> tokens = new LinkedHashMap<>();
          asked.forEach((app, token) -> tokens.put(app, token.join()));
          return tokens;
        });
  }

  /** Returns the app's token to the service; completes when the service has confirmed it. */
  public CompletableFuture<Void> unregister(String app) {
    return publish(UNREGISTER, registrations.request(app))
        .thenAccept(result -> log.debug("unregistered for {}", app));
  }

  /** There is a new connection: sends what has no answer yet. */
  public void requestUnanswered() {
    registrations.unanswered().forEach(this::request);
  }

  /** Takes the answer to a request. Returns false for any other message. */
  public boolean take(Mqtt5Publish publish) {
    if (!publish.getTopic().toString().equals(REGISTERED)) {
      return false;
    }
    registrations.answered(publish.getPayloadAsBytes());
    publish.acknowledge();
    return true;
  }

  private void request(String app) {
    // If lost with the connection, it is sent again on the next: only the answer counts.
    CompletableFuture<Mqtt5PublishResult> sent =
        publish(REGISTER, registrations.registration(app))
            .whenComplete((result, failure) -> {
              if (failure != null) {
                log.debug("{}: not asked for {}: {}", serial, app, failure.toString());
              }
            });
    log.trace("{}: registering for {}: {}", serial, app, sent);
  }

  private CompletableFuture<Mqtt5PublishResult> publish(String topic, byte[] request) {
    return mqtt.publish(
        Mqtt5Publish.builder().topic(topic).qos(MqttQos.AT_LEAST_ONCE).payload(request).build());
  }

  /** Fails what has no answer yet. */
  @Override
  public void close() {
    registrations.close();
  }
}
