package dev.tidings.node.transport;

import dev.tidings.net.tls.ReloadingTls;
import dev.tidings.net.tls.TlsFiles;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;

/** The TLS of the front end. */
public final class MqttTls {
  private static final String LISTENER = "mqtts";

  /** The protocol name registered for ALPN; most devices offer none. */
  static final List<String> APPLICATION_PROTOCOLS = List.of("mqtt");

  /** Creates a context that is replaced when its files change. */
  public static ReloadingTls start(TlsFiles files, InstantSource clock, MeterRegistry metrics)
      throws IOException, GeneralSecurityException {
    return ReloadingTls.start(LISTENER, files, APPLICATION_PROTOCOLS, clock, metrics);
  }

  private MqttTls() {}
}
