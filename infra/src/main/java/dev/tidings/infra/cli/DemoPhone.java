package dev.tidings.infra.cli;

import dev.tidings.device.ConnectionChange;
import dev.tidings.device.DeviceClient;
import dev.tidings.device.DeviceOptions;
import dev.tidings.device.receive.ReceivedNotification;
import dev.tidings.infra.process.HostPort;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The demo's phone: shows what it is sent. */
final class DemoPhone implements AutoCloseable {
  private final PrintWriter out;
  private final Timeline timeline;
  private final DeviceClient device;
  private final Set<String> shown = ConcurrentHashMap.newKeySet();

  /** A phone that is to connect to {@code node}. */
  DemoPhone(HostPort node, PrintWriter out, Timeline timeline) {
    this.out = out;
    this.timeline = timeline;
    this.device =
        new DeviceClient(
            DeviceOptions.of(node.host(), node.port(), DemoCommand.SERIAL)
                .withApps(DemoCommand.APP),
            this::show,
            this::onChange);
  }

  /** Connects and registers. Returns the token. */
  String connect(Duration patience) throws InterruptedException {
    try {
      String token =
          device.connect().get(patience.toMillis(), TimeUnit.MILLISECONDS).get(DemoCommand.APP);
      if (token == null) {
        throw new IllegalStateException("the phone got no token for " + DemoCommand.APP);
      }
      timeline.step("the phone is registered: token " + token);
      return token;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the phone cannot connect: " + Complaint.reason(e), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "the phone was not registered within %d s".formatted(patience.toSeconds()), e);
    }
  }

  /** Whether it has shown the notification of that id. */
  boolean hasShown(String id) {
    return shown.contains(id);
  }

  private void show(ReceivedNotification notification) {
    timeline.step("the phone shows:");
    out.println(PhoneScreen.of(notification));
    shown.add(notification.id().toLowerCase(Locale.ROOT));
  }

  private void onChange(ConnectionChange change) {
    if (change instanceof ConnectionChange.Connected) {
      timeline.step("the phone is connected");
    }
  }

  @Override
  public void close() {
    device.close();
  }
}
