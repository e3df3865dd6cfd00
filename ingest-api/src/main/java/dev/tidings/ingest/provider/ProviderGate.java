package dev.tidings.ingest.provider;

import dev.tidings.auth.provider.ProviderConnection;
import dev.tidings.auth.provider.ProviderDecision;
import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.auth.provider.ProviderStanding;
import dev.tidings.auth.provider.Providers;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AttributeKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Has the credentials of requests checked, and closes connections on which too many were refused.
 * Called on event loops. Thread-safe.
 */
public final class ProviderGate {
  private static final AttributeKey<ProviderConnection> MEMORY =
      AttributeKey.valueOf(ProviderGate.class, "memory");

  private final Providers providers;
  private final @Nullable Predicate<X509Certificate> revoked;

  /** Creates one to which connections' certificates say nothing. */
  public ProviderGate(Providers providers) {
    this.providers = providers;
    this.revoked = null;
  }

  /**
   * Creates one to which a client certificate says who sends what comes on its connection.
   *
   * @param revoked which certificates are revoked; answers from memory
   */
  public ProviderGate(Providers providers, Predicate<X509Certificate> revoked) {
    this.providers = providers;
    this.revoked = revoked;
  }

  /** Decides about a request of Apple's protocol. */
  public ProviderDecision push(Request head, Exchange exchange) {
    ProviderConnection memory = memory(exchange.connection());
    return decided(memory.push(head.header(HttpHeaderNames.AUTHORIZATION)), memory, exchange);
  }

  /** Decides about a request of the REST interface. */
  public ProviderDecision rest(Request head, Exchange exchange) {
    ProviderConnection memory = memory(exchange.connection());
    return decided(memory.rest(head.header(HttpHeaderNames.AUTHORIZATION)), memory, exchange);
  }

  /** Returns what is looked at again of a request of the REST interface that was accepted. */
  public ProviderStanding standing(Request head, Exchange exchange) {
    String authorization = head.header(HttpHeaderNames.AUTHORIZATION);
    return memory(exchange.connection()).standing(authorization == null ? "" : authorization);
  }

  /** Returns the owner of a credential that another node has checked; empty if it is unknown. */
  public Optional<ProviderIdentity> find(String credential) {
    return providers.find(credential);
  }

  private ProviderConnection memory(Connection connection) {
    ProviderConnection known = connection.get(MEMORY);
    return known == null ? connection.putIfAbsent(MEMORY, opened(connection)) : known;
  }

  private ProviderConnection opened(Connection connection) {
    List<X509Certificate> chain = revoked == null ? List.of() : connection.certificates();
    return revoked == null || chain.isEmpty()
        ? providers.connection(connection.client())
        : providers.connection(
            connection.client(),
            chain.getFirst(),
            // Those of authorities in between may be revoked too.
            _ -> chain.stream().anyMatch(revoked));
  }

  /** A connection with a good credential may go on as it likes, one with many bad ones not. */
  private static ProviderDecision decided(
      ProviderDecision decision, ProviderConnection memory, Exchange exchange) {
    if (decision instanceof ProviderDecision.Accepted) {
      exchange.admit();
    }
    if (memory.isExhausted()) {
      exchange.goAway();
    }
    return decision;
  }
}
