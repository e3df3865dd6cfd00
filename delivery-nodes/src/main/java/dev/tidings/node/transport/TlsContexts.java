package dev.tidings.node.transport;

import io.netty.handler.ssl.SslContext;
import java.util.function.Supplier;

/**
 * Give the TLS context for a new connection; they differ in the protocols named by ALPN.
 *
 * @param mqtt for MQTT directly over TLS
 * @param webSocket for WebSocket within TLS
 */
public record TlsContexts(Supplier<SslContext> mqtt, Supplier<SslContext> webSocket) {}
