package dev.tidings.http;

import io.netty.util.AttributeKey;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection, whichever protocol it speaks: the same object for all of its requests.
 * Thread-safe.
 */
public interface Connection {
  /** The client's address, be it behind a trusted proxy or not; null if it is unknown. */
  @Nullable SocketAddress remoteAddress();

  /** The client, for limits: the same number for all of one address. */
  long client();

  /** Whether it is encrypted. */
  boolean isSecure();

  /**
   * The certificates by which the client has proved who it is, its own first; empty if there are
   * none.
   */
  List<X509Certificate> certificates();

  /** What was kept under a key, for as long as the connection is open; null for nothing. */
  <T> @Nullable T get(AttributeKey<T> key);

  /**
   * Keeps something under a key, unless there is something already.
   *
   * @return what is kept under it now
   */
  <T> T putIfAbsent(AttributeKey<T> key, T value);

  /**
   * Runs a task in the connection's event loop, where its requests are served: at once or soon,
   * from any thread.
   */
  default void execute(Runnable task) {
    throw new UnsupportedOperationException("execute (expected: a connection of a server)");
  }
}
