package dev.tidings.ingest.forwarded;

import dev.tidings.http.Connection;
import dev.tidings.net.limit.PeerAddress;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The part of a balancer's connection that is one client's: what is kept there is kept for that
 * client. Thread-safe.
 */
final class ForwardedConnection implements Connection {
  /** The clients of one connection of a balancer, the latest last. */
  private static final AttributeKey<Clients> CLIENTS =
      AttributeKey.valueOf(ForwardedConnection.class, "clients");

  private final Connection balancers;
  private final InetSocketAddress client;
  private final Map<AttributeKey<?>, Object> kept = new ConcurrentHashMap<>();

  private ForwardedConnection(Connection balancers, InetSocketAddress client) {
    this.balancers = balancers;
    this.client = client;
  }

  /** Returns a client's part: the same for all of its requests, unless many others come between. */
  static ForwardedConnection of(Connection balancers, InetSocketAddress client) {
    Clients known = balancers.get(CLIENTS);
    return (known == null ? balancers.putIfAbsent(CLIENTS, new Clients()) : known)
        .part(balancers, client);
  }

  private static final class Clients {
    private static final int MOST = 64;

    private final Map<PeerAddress, ForwardedConnection> latest =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<PeerAddress, ForwardedConnection> eldest) {
            return size() > MOST;
          }
        };

    synchronized ForwardedConnection part(Connection balancers, InetSocketAddress client) {
      return latest.computeIfAbsent(
          PeerAddress.of(client), any -> new ForwardedConnection(balancers, client));
    }
  }

  @Override
  public SocketAddress remoteAddress() {
    return client;
  }

  @Override
  public long client() {
    return PeerAddress.of(client).bits();
  }

  @Override
  public boolean isSecure() {
    return balancers.isSecure();
  }

  @Override
  public List<X509Certificate> certificates() {
    return balancers.certificates();
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> @Nullable T get(AttributeKey<T> key) {
    return (T) kept.get(key);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> T putIfAbsent(AttributeKey<T> key, T value) {
    T before = (T) kept.putIfAbsent(key, value);
    return before == null ? value : before;
  }

  @Override
  public void execute(Runnable task) {
    balancers.execute(task);
  }
}
