package dev.tidings.device;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientConnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.tidings.device.receive.Arrivals;
import dev.tidings.device.receive.LocalNotifications;
import dev.tidings.device.receive.NotificationListener;
import dev.tidings.device.receive.ReceivedNotification;
import dev.tidings.device.receive.Reports;
import dev.tidings.device.register.AppRegistrations;
import dev.tidings.device.register.Registrations;
import dev.tidings.device.thread.Daemons;
import dev.tidings.device.thread.Timers;
import io.reactivex.disposables.Disposable;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device: one connection to the service, which reconnects automatically, the registrations of its
 * apps, and their notifications. Thread-safe; owns its connection until closed.
 */
public final class DeviceClient implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeviceClient.class);

  private static final Duration CLOSES_WITHIN = Duration.ofSeconds(5);
  private static final String NOTIFICATIONS = "tidings/#";

  private final DeviceOptions options;
  private final ConnectionListener connection;
  private final Transport transport;
  private final Route route;
  private final Reconnection reconnection;
  private final Authentication authentication;
  private final AppRegistrations registrations;
  private final Arrivals arrivals;
  private final LocalNotifications local;
  private final Reports reports;
  private final Mqtt5AsyncClient mqtt;
  private final Disposable publishes;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean ending = new AtomicBoolean();
  // Complete once the listener has been told.
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
  private volatile boolean connected;

  public DeviceClient(DeviceOptions options, NotificationListener listener) {
    this(options, listener, change -> log.debug("{}: {}", options.serial(), change));
  }

  public DeviceClient(
      DeviceOptions options, NotificationListener listener, ConnectionListener connection) {
    this(options, listener, connection, new Random()::nextDouble, Clock.systemUTC());
  }

  /** Creates a client with given sources of jitter (0 to less than 1) and of time. */
  public DeviceClient(
      DeviceOptions options,
      NotificationListener listener,
      ConnectionListener connection,
      DoubleSupplier random,
      Clock clock) {
    this.options = options;
    this.connection = connection;
    this.transport = new Transport(options.tls());
    this.route = new Route(options.servers());
    this.reconnection = new Reconnection(options.backoff(), random, clock);
    this.authentication = new Authentication(options, random, clock);
    this.arrivals =
        new Arrivals(
            listener,
            task -> Daemons.named("device " + options.serial(), task).start(),
            failures -> options.backoff().delay(failures, random),
            options.rememberedIds(),
            options.ids());
    this.local = new LocalNotifications(arrivals::arrived, clock);
    this.mqtt =
        transport.client(
            options.serial(), route.current(), this::onConnected, this::onDisconnected);
    this.reports = new Reports(mqtt);
    this.registrations =
        new AppRegistrations(
            options.serial(),
            mqtt,
            new Registrations(options.answerTimeout(), options.hints()),
            () -> connected);
    // Subscribed before there is a connection, so that nothing is missed; with manual confirmation.
    this.publishes =
        mqtt.toRx()
            .publishes(MqttGlobalPublishFilter.ALL, true)
            .subscribe(
                this::onPublish, end -> log.debug("{}: {}", options.serial(), end.toString()));
  }

  /**
   * Connects, and retries until it succeeds, is refused permanently or the client is closed; then
   * registers the apps of the options. Must be called once.
   *
   * @return the tokens of those apps
   */
  public CompletableFuture<Map<String, String>> connect() {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("connect: called again (expected: once)");
    }
    return authentication
        .connect(this::lost)
        .whenComplete((connect, failure) -> {
          if (failure != null) {
            // Closed before there was a token.
            end("closed");
          }
        })
        .thenCompose(mqtt::connect)
        .thenCompose(accepted -> registrations.registerAll(options.apps()));
  }

  /** Registers for an app; the token is the same every time until it is revoked. */
  public CompletableFuture<String> register(String app) {
    return registrations.register(app);
  }

  /** Returns the app's token to the service; completes when the service has confirmed it. */
  public CompletableFuture<Void> unregister(String app) {
    return registrations.unregister(app);
  }

  /**
   * Tells the service that the device has shown a notification: a step of its trace. Completes when
   * the service has it, over the next connection if there is none; with an exception if it refuses,
   * for example because the device tells too much.
   */
  public CompletableFuture<@Nullable Void> displayed(ReceivedNotification notification) {
    return reports.displayed(notification);
  }

  /** Tells the service that the user has opened a notification: as {@link #displayed}. */
  public CompletableFuture<@Nullable Void> opened(ReceivedNotification notification) {
    return reports.opened(notification);
  }

  /** Returns the notifications that this device makes itself. */
  public LocalNotifications local() {
    return local;
  }

  /**
   * Subscribes to the notifications of all apps, at each connection: the server sends none without
   * a subscription, and need not have kept that of an earlier connection.
   */
  private void subscribe() {
    var _ =
        mqtt.subscribeWith()
            .topicFilter(NOTIFICATIONS)
            .qos(MqttQos.AT_LEAST_ONCE)
            .send()
            .whenComplete((subAck, failure) -> {
              // If lost with the connection, it is sent again on the next.
              if (failure instanceof Mqtt5SubAckException refused) {
                log.warn("{}: gets no notifications: {}", options.serial(), refused.toString());
              }
            });
  }

  private void onConnected(MqttClientConnectedContext context) {
    if (reconnection.isStopped()) {
      disconnect();
      return;
    }
    reconnection.connected();
    connected = true;
    authentication.connected(mqtt::reauth);
    tell(new ConnectionChange.Connected());
    subscribe();
    registrations.requestUnanswered();
  }

  private void onDisconnected(MqttClientDisconnectedContext context) {
    boolean wasOpen = connected;
    connected = false;
    authentication.disconnected(wasOpen);
    arrivals.connectionLost();
    String reason = Refusals.reason(context.getCause());
    if (reconnection.isStopped()
        || (Refusals.isFinal(context.getCause()) && !authentication.mayRetry(context.getCause()))) {
      end(reconnection.isStopped() ? "closed" : reason);
      return;
    }
    Duration delay = delayAndRoute(context.getCause(), wasOpen);
    lost(reason, delay);
    reconnection.reconnect(
        context,
        transport.to(route.current()),
        delay,
        () -> authentication.connect(this::lost),
        () -> end("closed"));
  }

  /** Whatever the application throws, the connection goes on. */
  private void tell(ConnectionChange change) {
    try {
      connection.onChange(change);
    } catch (Throwable e) {
      log.error("{}: the listener could not be told of {}", options.serial(), change, e);
    }
  }

  private void lost(String reason, Duration retryIn) {
    tell(new ConnectionChange.Lost(reason, retryIn));
  }

  /**
   * Chooses the next server, and returns the delay before connecting to it: see {@link Route} and
   * {@link Reconnection}.
   */
  private Duration delayAndRoute(Throwable cause, boolean wasOpen) {
    Optional<String> reference = Refusals.reference(cause);
    if (options.redirects() && reference.isPresent() && route.refer(reference.get())) {
      // Many devices are moved at once, so they wait; a redirected device is alone, so it does not.
      return wasOpen ? reconnection.nextDelay() : reconnection.redirectDelay();
    }
    if (wasOpen && !(cause instanceof Mqtt5DisconnectException)) {
      route.lost();
    } else {
      route.failed();
    }
    return reconnection.nextDelay();
  }

  private void onPublish(Mqtt5Publish publish) {
    if (!registrations.take(publish)) {
      arrivals.arrived(publish);
    }
  }

  private void end(String reason) {
    if (ending.compareAndSet(false, true)) {
      registrations.close();
      publishes.dispose();
      tell(new ConnectionChange.Ended(reason));
      ended.complete(null);
    }
  }

  private void disconnect() {
    // The inbox belongs to the device, not to the MQTT session: the session need not be kept.
    var _ =
        mqtt.disconnectWith()
            .sessionExpiryInterval(0)
            .send()
            .whenComplete((done, failure) -> {
              if (failure != null) {
                log.debug("{}: nothing to disconnect: {}", options.serial(), failure.toString());
              }
            });
  }

  /**
   * Disconnects, when what the listener has at this moment is confirmed, and returns when the
   * listener has been told, after some seconds at most. What is not confirmed is sent again later.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    // A listener may close the client when it is told of the end: that must not wait for itself.
    boolean over = ending.get();
    local.close();
    arrivals.close();
    reconnection.stop();
    authentication.stop();
    if (over) {
      return;
    }
    if (!started.get()) {
      end("closed");
      return;
    }
    arrivals.awaitConfirmed(CLOSES_WITHIN);
    disconnect();
    Timers.completeAfter(ended, CLOSES_WITHIN)
        .whenComplete((done, failure) -> publishes.dispose())
        .join();
  }
}
