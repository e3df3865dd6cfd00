package dev.tidings.ingest.testing;

import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Response;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Somebody who asks once, over a connection of its own. */
public final class Visitor implements Exchange, Connection {
  public final CompletableFuture<Response> response = new CompletableFuture<>();

  @Override
  public void respond(Response given) {
    response.complete(given);
  }

  @Override
  public Connection connection() {
    return this;
  }

  @Override
  public void goAway() {}

  @Override
  public SocketAddress remoteAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);
  }

  @Override
  public long client() {
    return 7;
  }

  @Override
  public boolean isSecure() {
    return false;
  }

  @Override
  public List<X509Certificate> certificates() {
    return List.of();
  }

  @Override
  public <T> @Nullable T get(AttributeKey<T> key) {
    return null;
  }

  @Override
  public <T> T putIfAbsent(AttributeKey<T> key, T value) {
    return value;
  }
}
