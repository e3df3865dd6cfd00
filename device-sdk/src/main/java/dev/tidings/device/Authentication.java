package dev.tidings.device;

import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import dev.tidings.device.thread.Timers;
import dev.tidings.device.token.Renewal;
import dev.tidings.device.token.TokenMechanism;
import dev.tidings.device.token.Tokens;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How the device proves who it is: not at all, by its fixed password, or by tokens of a supplier.
 * These are sent by MQTT 5's extended authentication, so that they can be renewed without
 * reconnecting, or as passwords to a server that does not know the method. Thread-safe.
 */
final class Authentication {
  private final DeviceOptions options;
  private final DoubleSupplier random;
  private final @Nullable Tokens tokens;
  private final @Nullable Renewal renewal;
  private volatile boolean byMethod = true;

  // Guarded by the lock.
  private @Nullable CompletableFuture<Mqtt5Connect> asked;
  private boolean stopped;

  Authentication(DeviceOptions options, DoubleSupplier random, Clock clock) {
    this.options = options;
    this.random = random;
    this.tokens =
        options
            .tokens()
            .map(supplier -> new Tokens(supplier, options.serial(), options.answerTimeout()))
            .orElse(null);
    this.renewal = tokens == null ? null : new Renewal(tokens, this::delay, random, clock);
  }

  private Duration delay(int failures) {
    return options.backoff().delay(failures, random);
  }

  /**
   * Returns the CONNECT of the next attempt, once there is a token for it; fails if stopped before.
   *
   * @param noToken told each time there is none: why, and when the supplier is asked again
   */
  CompletableFuture<Mqtt5Connect> connect(BiConsumer<String, Duration> noToken) {
    Tokens some = tokens;
    if (some == null) {
      return CompletableFuture.completedFuture(ConnectMessage.of(options));
    }
    CompletableFuture<Mqtt5Connect> connect = new CompletableFuture<>();
    synchronized (this) {
      if (stopped) {
        connect.cancel(false);
        return connect;
      }
      asked = connect;
    }
    ask(some, connect, 0, noToken);
    return connect;
  }

  private void ask(
      Tokens from,
      CompletableFuture<Mqtt5Connect> connect,
      int failures,
      BiConsumer<String, Duration> noToken) {
    from.next()
        .whenComplete((token, failure) -> {
          if (failure == null) {
            connect.complete(
                byMethod
                    ? ConnectMessage.of(options, new TokenMechanism(from))
                    : ConnectMessage.of(options, token));
          } else if (!connect.isDone()) {
            Duration wait = delay(failures);
            try {
              // Before the next attempt, whose success is told of as well.
              noToken.accept("no token: " + Refusals.reason(failure), wait);
            } finally {
              Timers.runAfter(
                  wait,
                  () -> {
                    if (!connect.isDone()) {
                      ask(from, connect, failures + 1, noToken);
                    }
                  });
            }
          }
        });
  }

  /** Returns whether another attempt, with a new token or without the method, may succeed. */
  boolean mayRetry(Throwable cause) {
    if (tokens == null) {
      return false;
    }
    if (Refusals.isOfMethod(cause) && byMethod) {
      byMethod = false;
      return true;
    }
    return Refusals.isOfCredentials(cause);
  }

  /** The connection is open; {@code reauthenticate} sends a new token over it. */
  void connected(Supplier<CompletableFuture<Void>> reauthenticate) {
    if (tokens != null && renewal != null && byMethod) {
      renewal.connected(tokens.latest(), reauthenticate);
    }
  }

  /**
   * The connection is over, or an attempt has failed.
   *
   * @param wasOpen whether it was open; then the next server may know the method again, such as
   *     after an upgrade
   */
  void disconnected(boolean wasOpen) {
    if (wasOpen) {
      byMethod = true;
    }
    endRenewal();
  }

  private void endRenewal() {
    Optional.ofNullable(renewal).ifPresent(Renewal::disconnected);
  }

  /** No token is asked for any more, and a supplier that is being asked is interrupted. */
  void stop() {
    CompletableFuture<Mqtt5Connect> waiting;
    synchronized (this) {
      stopped = true;
      waiting = asked;
    }
    endRenewal();
    if (waiting != null) {
      waiting.cancel(false);
    }
    Optional.ofNullable(tokens).ifPresent(Tokens::stop);
  }
}
