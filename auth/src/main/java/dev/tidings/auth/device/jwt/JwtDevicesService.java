package dev.tidings.auth.device.jwt;

import dev.tidings.auth.device.jwt.IssuerDirectory.Entry;
import dev.tidings.auth.device.jwt.keys.HostCheck;
import dev.tidings.auth.device.jwt.keys.KeySetText;
import dev.tidings.auth.device.jwt.keys.KeySetUrl;
import dev.tidings.auth.device.jwt.keys.KeySource;
import java.net.URI;
import java.net.URISyntaxException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads behind {@link JwtDevices}: some that check tokens, with a bounded queue; one for each
 * reading of keys; and a clock that says when keys are due. Close it at the end.
 */
public final class JwtDevicesService implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(JwtDevicesService.class);

  /** Tokens that wait for their check: half a second's work of one core. */
  private static final int QUEUE = 2_048;

  private static final int CORES_FOR_EACH_THREAD = 2;

  /** Entries are followed within a second. */
  private static final int TICK_MILLIS = 200;

  /** Of issuers that are entered: each may take some seconds, and as much as a key set may have. */
  private static final int READINGS_AT_ONCE = 64;

  private final HttpClient client;
  private final ExecutorService readers;
  private final ExecutorService readersOfEntered;
  private final ScheduledExecutorService ticker;
  private final ThreadPoolExecutor checkers;
  private final EnteredIssuers entered;
  private final Issuers issuers;
  private final JwtDevices devices;
  private volatile Runnable whenIssuersChange = () -> {};

  /** Whether a change still has to be told. For the clock's thread. */
  private boolean isOwed;

  private JwtDevicesService(JwtSettings settings, IssuerDirectory directory, InstantSource clock) {
    client = KeySetUrl.client();
    readers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("issuer-keys-", 0).factory());
    readersOfEntered =
        Executors.newFixedThreadPool(
            READINGS_AT_ONCE, Thread.ofVirtual().name("entered-issuer-keys-", 0).factory());
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
    Map<String, KnownIssuer> configured = new LinkedHashMap<>();
    ClaimsCheck check = new ClaimsCheck(settings.audience(), clock);
    for (IssuerSetting each : settings.issuers()) {
      KeySource source = each.source(settings.trustedHosts(), client);
      configured.put(
          each.name(),
          new KnownIssuer(new IssuerKeys(each.name(), source, readers, System::nanoTime), check));
    }
    entered =
        new EnteredIssuers(
            directory,
            settings.audience(),
            clock,
            (name, entry) ->
                new IssuerKeys(name, source(entry, settings), readersOfEntered, System::nanoTime));
    issuers = new Issuers(Map.copyOf(configured), entered);
    devices = new JwtDevices(issuers, checkers);
    ticker.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** An entry whose URL is none has no keys, and says why. */
  private KeySource source(Entry entry, JwtSettings settings) {
    if (entry.keySet().isPresent()) {
      return new KeySetText(entry.keySet().get());
    }
    URI uri;
    try {
      uri = new URI(entry.keysUrl().orElse(""));
    } catch (URISyntaxException e) {
      uri = URI.create("");
    }
    return new KeySetUrl(uri, HostCheck.namedOnly(settings.trustedHosts()), client);
  }

  private void tick() {
    attempt(() -> {
      isOwed |= entered.follow();
      if (isOwed) {
        whenIssuersChange.run();
        isOwed = false;
      }
    });
    attempt(() -> issuers.keys().forEach(IssuerKeys::readIfDue));
  }

  /** No failure may end the schedule: no key would be read again, and no issuer's end followed. */
  private static void attempt(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      log.error("the issuers cannot be followed", e);
    } catch (Error e) {
      log.error("the issuers cannot be followed", e);
      if (!(e instanceof OutOfMemoryError)) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
      }
    }
  }

  /** Starts it. Keys are read from now on; nothing waits for them. */
  public static JwtDevicesService start(JwtSettings settings, InstantSource clock) {
    return start(settings, IssuerDirectory.NONE, clock);
  }

  /**
   * The same, with issuers that administrators have entered.
   *
   * @param directory followed from now on
   */
  public static JwtDevicesService start(
      JwtSettings settings, IssuerDirectory directory, InstantSource clock) {
    return new JwtDevicesService(settings, directory, clock);
  }

  /**
   * Has something done each time when an issuer has ended, or vouches for other apps than before,
   * after it has.
   *
   * @param done must not block
   */
  public void whenIssuersChange(Runnable done) {
    whenIssuersChange = done;
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
    readersOfEntered.shutdownNow();
    client.shutdownNow();
    checkers.shutdownNow();
  }
}
