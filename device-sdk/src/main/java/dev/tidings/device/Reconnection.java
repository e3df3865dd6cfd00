package dev.tidings.device;

import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt5.lifecycle.Mqtt5ClientReconnector;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import dev.tidings.device.thread.Timers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Schedules attempts to reconnect. Used by the network thread only, except {@link #stop}, which any
 * thread may call.
 */
final class Reconnection {
  // A server that accepts a connection and closes it at once does not count as healthy.
  private static final Duration STEADY = Duration.ofSeconds(10);

  private final Backoff backoff;
  private final DoubleSupplier random;
  private final Clock clock;
  private int attempts;
  private int redirects;
  private @Nullable Instant connectedAt;
  private volatile CompletableFuture<@Nullable Void> waiting =
      CompletableFuture.completedFuture(null);
  private volatile boolean stopped;

  Reconnection(Backoff backoff, DoubleSupplier random, Clock clock) {
    this.backoff = backoff;
    this.random = random;
    this.clock = clock;
  }

  void connected() {
    connectedAt = clock.instant();
  }

  /**
   * Returns the delay before the next attempt; after a connection that lasted it starts small
   * again.
   */
  Duration nextDelay() {
    Instant since = connectedAt;
    if (since != null && !clock.instant().isBefore(since.plus(STEADY))) {
      attempts = 0;
      redirects = 0;
    }
    connectedAt = null;
    return backoff.delay(attempts++, random);
  }

  /**
   * Returns the delay before connecting to a server that another one named: none the first time,
   * because the attempt already had jitter. It grows if servers redirect a device back and forth.
   */
  Duration redirectDelay() {
    return redirects++ == 0 ? Duration.ZERO : nextDelay();
  }

  /**
   * Makes the client connect to this server after the delay, or give up if stopped.
   *
   * @param connect what to connect with, asked for after the delay; fails only if stopped
   */
  void reconnect(
      MqttClientDisconnectedContext context,
      MqttClientTransportConfig to,
      Duration delay,
      Supplier<CompletableFuture<Mqtt5Connect>> connect,
      Runnable ended) {
    CompletableFuture<@Nullable Void> wait = new CompletableFuture<>();
    waiting = wait;
    if (stopped) {
      wait.complete(null);
    }
    context
        .getReconnector()
        .transportConfig(to)
        // This keeps the flow of publishes across connections.
        .resubscribeIfSessionExpired(true)
        .reconnectWhen(
            Timers.completeAfter(wait, delay)
                .thenCompose(nothing ->
                    stopped ? Timers.failed(new CancellationException("closed")) : connect.get()),
            (with, failure) -> {
              if (stopped) {
                context.getReconnector().reconnect(false);
                ended.run();
              } else if (with != null
                  && context.getReconnector() instanceof Mqtt5ClientReconnector reconnector) {
                reconnector.connect(with);
              }
            });
  }

  boolean isStopped() {
    return stopped;
  }

  void stop() {
    stopped = true;
    waiting.complete(null);
  }
}
