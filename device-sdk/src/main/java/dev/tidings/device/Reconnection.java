package dev.tidings.device;

import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When to try again. Used by the network's thread only, but for {@link #stop}, which any thread may
 * call.
 */
final class Reconnection {
  // A server that accepts and throws out again at once is not yet one that is well.
  private static final Duration STEADY = Duration.ofSeconds(10);

  private final Backoff backoff;
  private final RandomGenerator random;
  private final InstantSource clock;
  private int attempts;
  private int redirects;
  private @Nullable Instant connectedAt;
  private volatile CompletableFuture<@Nullable Void> waiting =
      CompletableFuture.completedFuture(null);
  private volatile boolean stopped;

  Reconnection(Backoff backoff, RandomGenerator random, InstantSource clock) {
    this.backoff = backoff;
    this.random = random;
    this.clock = clock;
  }

  void connected() {
    connectedAt = clock.instant();
  }

  /** The delay before the next attempt: after a connection that lasted it starts small again. */
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
   * The delay before the server that another one named is tried: none the first time, for the
   * attempt was jittered already. Servers that send a device to and fro are backed off from.
   */
  Duration redirectDelay() {
    return redirects++ == 0 ? Duration.ZERO : nextDelay();
  }

  /** Has the client connect to this server after the delay, or give up once stopped. */
  void reconnect(
      MqttClientDisconnectedContext context,
      MqttClientTransportConfig to,
      Duration delay,
      Runnable ended) {
    CompletableFuture<@Nullable Void> wait = new CompletableFuture<>();
    waiting = wait;
    if (stopped) {
      wait.complete(null);
    }
    context
        .getReconnector()
        .transportConfig(to)
        // What this keeps is the flow of publishes.
        .resubscribeIfSessionExpired(true)
        .reconnectWhen(
            wait.completeOnTimeout(null, delay.toMillis(), TimeUnit.MILLISECONDS),
            (nothing, failure) -> {
              if (stopped) {
                context.getReconnector().reconnect(false);
                ended.run();
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
