package dev.tidings.net.tls;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS context of a listener, replaced when its files change: new connections get the new
 * certificate, open ones continue under the old one. The contents of the files are compared, not
 * their times, so symbolic links that are replaced are noticed too. Files that cannot be used
 * change nothing: the certificate in use stays, and the log says why. Thread-safe; only its own
 * thread reads files.
 */
public final class ReloadingTls implements Supplier<SslContext>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReloadingTls.class);
  private static final Duration EVERY = Duration.ofSeconds(10);

  /**
   * A context in use.
   *
   * @param until when the first certificate of the chain expires
   */
  private record Current(SslContext context, Instant until) {}

  private final String listener;
  private final TlsFiles files;
  private final List<String> applicationProtocols;
  private final Counter done;
  private final Counter failed;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Current current;

  // Guarded by the lock.
  private TlsContents seen;
  private String lastFailure = "";

  private ReloadingTls(
      String listener,
      TlsFiles files,
      List<String> applicationProtocols,
      InstantSource clock,
      MeterRegistry metrics)
      throws IOException, GeneralSecurityException {
    this.listener = listener;
    this.files = files;
    this.applicationProtocols = applicationProtocols;
    this.seen = files.contents();
    this.current = current(listener, files, seen, applicationProtocols);
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
   * Creates the context, and reads the files again every ten seconds until it is closed.
   *
   * @param listener the name of the listener, for the log and the meters
   * @param applicationProtocols ALPN protocols, the server's preferred one first
   */
  public static ReloadingTls start(
      String listener,
      TlsFiles files,
      List<String> applicationProtocols,
      InstantSource clock,
      MeterRegistry metrics)
      throws IOException, GeneralSecurityException {
    ReloadingTls tls = new ReloadingTls(listener, files, applicationProtocols, clock, metrics);
    Thread.ofPlatform().name("tls-reload").daemon().start(tls::run);
    return tls;
  }

  private static Current current(
      String listener, TlsFiles files, TlsContents contents, List<String> applicationProtocols)
      throws IOException, GeneralSecurityException {
    ServerIdentity identity = files.identity(contents);
    return new Current(
        ServerContexts.of(listener, identity, files.clients(contents), applicationProtocols),
        identity.chain().stream()
            .map(X509Certificate::getNotAfter)
            .min(Comparator.naturalOrder())
            .orElseThrow()
            .toInstant());
  }

  /** Returns the context for the next connection. */
  @Override
  public SslContext get() {
    return current.context();
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

  /** Replaces the context if the files have changed, and can be used. */
  public synchronized void reload() {
    try {
      TlsContents now = files.contents();
      if (now.isSameAs(seen)) {
        lastFailure = "";
        return;
      }
      seen = now;
      current = current(listener, files, now, applicationProtocols);
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
