package dev.tidings.infra.demo;

import dev.tidings.device.ConnectionChange;
import dev.tidings.device.DeviceClient;
import dev.tidings.device.DeviceOptions;
import dev.tidings.device.receive.ReceivedNotification;
import dev.tidings.device.token.TokenSupplier;
import dev.tidings.infra.process.HostPort;
import dev.tidings.infra.stack.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The demo's phone, which shows what it receives. */
public final class DemoPhone implements AutoCloseable {
  /** The app that it registers. */
  public static final String APP = "com.example.news";

  /** Its serial number. */
  public static final String SERIAL = "demo-phone";

  private final PrintWriter out;
  private final Progress progress;
  private final DeviceClient device;
  private final Set<String> shown = ConcurrentHashMap.newKeySet();

  /**
   * Creates a phone for a node.
   *
   * @param tokens what it proves itself by; empty if it need not
   */
  public DemoPhone(
      HostPort node, Optional<TokenSupplier> tokens, PrintWriter out, Progress progress) {
    this.out = out;
    this.progress = progress;
    DeviceOptions.Builder options =
        DeviceOptions.builder(node.host(), node.port(), SERIAL).apps(APP);
    tokens.ifPresent(options::tokens);
    this.device = new DeviceClient(options.build(), this::show, this::onChange);
  }

  /** Connects and registers. Returns the token. */
  public String connect(Duration patience) throws InterruptedException {
    try {
      String token = device.connect().get(patience.toMillis(), TimeUnit.MILLISECONDS).get(APP);
      if (token == null) {
        throw new IllegalStateException("the phone got no token for " + APP);
      }
      progress.step("the phone is registered: token " + token);
      return token;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the phone cannot connect", e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "the phone was not registered within %d s".formatted(patience.toSeconds()), e);
    }
  }

  /** Whether it has shown the notification with this id. */
  public boolean hasShown(String id) {
    return shown.contains(id);
  }

  private void show(ReceivedNotification notification) {
    progress.step("the phone shows:");
    out.println(PhoneScreen.of(notification));
    shown.add(notification.id().toLowerCase(Locale.ROOT));
  }

  private void onChange(ConnectionChange change) {
    if (change instanceof ConnectionChange.Connected) {
      progress.step("the phone is connected");
    }
  }

  @Override
  public void close() {
    device.close();
  }
}
