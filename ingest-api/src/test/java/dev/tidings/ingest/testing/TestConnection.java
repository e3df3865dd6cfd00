package dev.tidings.ingest.testing;

import dev.tidings.http.Connection;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A connection of one client, without TLS, which keeps what it is given. Thread-safe. */
public class TestConnection implements Connection {
  private final Map<AttributeKey<?>, Object> kept;

  public TestConnection() {
    this(new ConcurrentHashMap<>());
  }

  /** A connection that was used before, with what it has kept. */
  protected TestConnection(Map<AttributeKey<?>, Object> kept) {
    this.kept = kept;
  }

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
  @SuppressWarnings("unchecked") // It is kept under a key of its type.
  public <T> @Nullable T get(AttributeKey<T> key) {
    return (T) kept.get(key);
  }

  @Override
  @SuppressWarnings("unchecked") // It is kept under a key of its type.
  public <T> T putIfAbsent(AttributeKey<T> key, T value) {
    T before = (T) kept.putIfAbsent(key, value);
    return before == null ? value : before;
  }

  /** Keeps nothing any more. */
  public void forget() {
    kept.clear();
  }

  @Override
  public void execute(Runnable task) {
    task.run();
  }
}
