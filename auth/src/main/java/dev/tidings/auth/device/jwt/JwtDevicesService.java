package dev.tidings.auth.device.jwt;

import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads behind {@link JwtDevices}: some that check tokens, with a bounded queue; one for each
 * reading of keys; and a clock that says when keys are due. Close it at the end.
 */
public final class JwtDevicesService implements AutoCloseable {
  /** Tokens that wait for their check: half a second's work of one core. */
  private static final int QUEUE = 2_048;

  private static final int CORES_FOR_EACH_THREAD = 2;

  private final HttpClient client;
  private final ExecutorService readers;
  private final ScheduledExecutorService ticker;
  private final ThreadPoolExecutor checkers;
  private final JwtDevices devices;

  private JwtDevicesService(JwtSettings settings, InstantSource clock) {
    client = KeySetUrl.client();
    readers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("issuer-keys-", 0).factory());
    ticker = Executors.newSingleThreadScheduledExecutor(daemons("issuer-keys-clock"));
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / CORES_FOR_EACH_THREAD);
    checkers =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            daemons("token-check"));
    Map<String, IssuerKeys> issuers = new LinkedHashMap<>();
    for (IssuerSetting each : settings.issuers()) {
      issuers.put(
          each.name(),
          new IssuerKeys(
              each.name(),
              each.source(settings.trustedHosts(), client),
              readers,
              System::nanoTime));
    }
    devices = new JwtDevices(issuers, new ClaimsCheck(settings.audience(), clock), checkers);
    ticker.scheduleWithFixedDelay(
        () -> issuers.values().forEach(IssuerKeys::readIfDue), 0, 1, TimeUnit.SECONDS);
  }

  /** Starts it. Keys are read from now on; nothing waits for them. */
  public static JwtDevicesService start(JwtSettings settings, InstantSource clock) {
    return new JwtDevicesService(settings, clock);
  }

  private static ThreadFactory daemons(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Returns the authenticator. */
  public JwtDevices devices() {
    return devices;
  }

  /** Ends all threads. Checks that have not begun are not answered. */
  @Override
  public void close() {
    ticker.shutdownNow();
    readers.shutdownNow();
    client.shutdownNow();
    checkers.shutdownNow();
  }
}
