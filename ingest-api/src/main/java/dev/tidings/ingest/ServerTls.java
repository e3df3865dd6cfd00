package dev.tidings.ingest;

import dev.tidings.net.tls.ReloadingTls;
import dev.tidings.net.tls.TlsFiles;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.ApplicationProtocolNames;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;

/** The TLS of the server. */
final class ServerTls {
  private static final String LISTENER = "https";
  static final List<String> APPLICATION_PROTOCOLS =
      List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);

  /** Creates a context that is replaced when its files change. */
  static ReloadingTls start(TlsFiles files, InstantSource clock, MeterRegistry metrics)
      throws IOException, GeneralSecurityException {
    return ReloadingTls.start(LISTENER, files, APPLICATION_PROTOCOLS, clock, metrics);
  }

  private ServerTls() {}
}
