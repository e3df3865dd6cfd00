package dev.tidings.net.tls;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value built from TLS files and rebuilt when they change: new connections get the new
 * certificate, open ones continue under the old one. The contents of the files are compared, not
 * their times, so symbolic links that are replaced are noticed too. Files that cannot be used
 * change nothing: the certificate in use stays, and the log says why. Thread-safe; only its own
 * thread reads files.
 *
 * @param <T> the type of the value, such as a context
 */
final class Reloading<T> implements Supplier<T>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Reloading.class);
  private static final Duration EVERY = Duration.ofSeconds(10);

  /** Builds the value that new connections use. */
  @FunctionalInterface
  interface Maker<T> {
    T make(ServerIdentity identity, ClientTrust clients)
        throws IOException, GeneralSecurityException;
  }

  /**
   * What is in use.
   *
   * @param until when the first certificate of the chain expires
   */
  private record Current<T>(T made, Instant until) {}

  private final String listener;
  private final TlsFiles files;
  private final Maker<T> maker;
  private final Counter done;
  private final Counter failed;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Current<T> current;

  // Guarded by the lock.
  private TlsContents seen;
  private String lastFailure = "";

  private Reloading(
      String listener, TlsFiles files, Maker<T> maker, InstantSource clock, MeterRegistry metrics)
      throws IOException, GeneralSecurityException {
    this.listener = listener;
    this.files = files;
    this.maker = maker;
    this.seen = files.contents();
    this.current = current(files, seen, maker);
    this.done = counter("done", metrics);
    this.failed = counter("failed", metrics);
    Gauge.builder(
            "tidings.tls.certificate.expires",
            this,
            tls -> Duration.between(clock.instant(), tls.current.until()).toSeconds())
        .description("Time until the first certificate of the listener's chain expires")
        .baseUnit("seconds")
        .tag("listener", listener)
        .register(metrics);
  }

  private Counter counter(String result, MeterRegistry metrics) {
    return Counter.builder("tidings.tls.reloads")
        .description("Changes of the listener's TLS files, by whether they could be used")
        .tag("listener", listener)
        .tag("result", result)
        .register(metrics);
  }

  /**
   * Builds the value, and reads the files again every ten seconds until it is closed.
   *
   * @param listener the name of the listener, for the log and the meters
   */
  static <T> Reloading<T> start(
      String listener, TlsFiles files, Maker<T> maker, InstantSource clock, MeterRegistry metrics)
      throws IOException, GeneralSecurityException {
    Reloading<T> tls = new Reloading<>(listener, files, maker, clock, metrics);
    Thread.ofPlatform().name("tls-reload").daemon().start(tls::run);
    return tls;
  }

  private static <T> Current<T> current(TlsFiles files, TlsContents contents, Maker<T> maker)
      throws IOException, GeneralSecurityException {
    ServerIdentity identity = files.identity(contents);
    return new Current<>(
        maker.make(identity, files.clients(contents)),
        identity.chain().stream()
            .map(X509Certificate::getNotAfter)
            .min(Comparator.naturalOrder())
            .orElseThrow()
            .toInstant());
  }

  /** Returns what the next connection uses. */
  @Override
  public T get() {
    return current.made();
  }

  private void run() {
    try {
      while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        reload();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Rebuilds the value if the files have changed and can be used. */
  synchronized void reload() {
    try {
      TlsContents now = files.contents();
      if (now.isSameAs(seen)) {
        lastFailure = "";
        return;
      }
      seen = now;
      current = current(files, now, maker);
      lastFailure = "";
      done.increment();
      log.info("{}: new connections get a certificate valid until {}", listener, current.until());
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      if (!e.toString().equals(lastFailure)) {
        lastFailure = e.toString();
        failed.increment();
        log.warn(
            "{}: the TLS files have changed and cannot be used, the certificate in use stays: {}",
            listener,
            lastFailure);
      }
    }
  }

  /** Stops reading the files. */
  @Override
  public void close() {
    closing.countDown();
  }
}
