package dev.tidings.net.tls;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** The TLS context of a listener, replaced when its files change. Thread-safe. */
public final class ReloadingTls implements Supplier<SslContext>, AutoCloseable {
  private final Reloading<SslContext> context;

  private ReloadingTls(Reloading<SslContext> context) {
    this.context = context;
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
    return new ReloadingTls(
        Reloading.start(
            listener,
            files,
            (identity, clients) ->
                ServerContexts.of(listener, identity, clients, applicationProtocols),
            clock,
            metrics));
  }

  /** Returns the context for the next connection. */
  @Override
  public SslContext get() {
    return context.get();
  }

  /** Replaces the context if the files have changed, and can be used. */
  public void reload() {
    context.reload();
  }

  /** Stops reading the files. */
  @Override
  public void close() {
    context.close();
  }
}
