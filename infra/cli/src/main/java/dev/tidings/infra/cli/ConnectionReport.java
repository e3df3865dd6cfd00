package dev.tidings.infra.cli;

import dev.tidings.device.ServerAddress;
import dev.tidings.infra.stack.Progress;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells people how the connection of a simulated phone fares: a failure once, with what can be done
 * about it, and then ever more seldom that it goes on. Used by the client's network thread alone.
 */
final class ConnectionReport {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final ServerAddress address;
  private final Progress progress;
  private final LongSupplier nanoTime;
  private boolean connected;
  private boolean advised;
  private boolean failing;
  private long failingSince;
  private long silentUntil;
  private Duration pause = FIRST_PAUSE;

  ConnectionReport(ServerAddress address, Progress progress, LongSupplier nanoTime) {
    this.address = address;
    this.progress = progress;
    this.nanoTime = nanoTime;
  }

  void connected() {
    connected = true;
    failing = false;
    advised = false;
    progress.step("connected");
  }

  /** Tells that it is not connected, unless it was told a moment ago; another attempt follows. */
  void lost(String reason) {
    long now = nanoTime.getAsLong();
    boolean wasConnected = connected;
    connected = false;
    if (!failing) {
      failing = true;
      failingSince = now;
      pause = FIRST_PAUSE;
      progress.step(
          (wasConnected ? "lost the connection to %s: %s" : "cannot connect to %s: %s")
                  .formatted(address, reason)
              + "; it goes on trying");
    } else if (now - silentUntil >= 0) {
      Duration after = Duration.ofNanos(now - failingSince);
      progress.step(
          "still not connected to %s after %d s: %s".formatted(address, after.toSeconds(), reason));
      pause = pause.multipliedBy(2);
      pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    } else {
      return;
    }
    silentUntil = now + pause.toNanos();
    if (!wasConnected && !advised) {
      advised = true;
      progress.step("if no service runs there: ./tidings up starts one on this machine");
    }
  }
}
