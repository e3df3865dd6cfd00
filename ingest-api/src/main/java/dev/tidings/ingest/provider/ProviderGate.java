package dev.tidings.ingest.provider;

import dev.tidings.auth.provider.ProviderConnection;
import dev.tidings.auth.provider.ProviderDecision;
import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.auth.provider.Providers;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AttributeKey;
import java.util.Optional;

/**
 * Has the credentials of requests checked, and closes connections on which too many were refused.
 * Called on event loops. Thread-safe.
 */
public final class ProviderGate {
  private static final AttributeKey<ProviderConnection> MEMORY =
      AttributeKey.valueOf(ProviderGate.class, "memory");

  private final Providers providers;

  public ProviderGate(Providers providers) {
    this.providers = providers;
  }

  /** Decides about a request of Apple's protocol. */
  public ProviderDecision push(Request head, Exchange exchange) {
    ProviderConnection memory = memory(exchange.connection());
    ProviderDecision decision = memory.push(head.header(HttpHeaderNames.AUTHORIZATION));
    closeIfExhausted(memory, exchange);
    return decision;
  }

  /** Decides about a request of the REST interface. */
  public ProviderDecision rest(Request head, Exchange exchange) {
    ProviderConnection memory = memory(exchange.connection());
    ProviderDecision decision = memory.rest(head.header(HttpHeaderNames.AUTHORIZATION));
    closeIfExhausted(memory, exchange);
    return decision;
  }

  /** Returns the owner of a credential that another node has checked; empty if it is unknown. */
  public Optional<ProviderIdentity> find(String credential) {
    return providers.find(credential);
  }

  private ProviderConnection memory(Connection connection) {
    ProviderConnection known = connection.get(MEMORY);
    return known == null
        ? connection.putIfAbsent(MEMORY, providers.connection(connection.client()))
        : known;
  }

  private static void closeIfExhausted(ProviderConnection memory, Exchange exchange) {
    if (memory.isExhausted()) {
      exchange.goAway();
    }
  }
}
