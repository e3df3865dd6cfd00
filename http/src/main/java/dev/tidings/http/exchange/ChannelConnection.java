package dev.tidings.http.exchange;

import dev.tidings.http.Connection;
import dev.tidings.http.limit.Excess;
import dev.tidings.http.limit.Peers;
import dev.tidings.net.limit.ClientAddress;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** A connection of a channel; one for each, from its accept to its end. Thread-safe. */
public final class ChannelConnection implements Connection {
  private static final AttributeKey<ChannelConnection> KEY =
      AttributeKey.valueOf(ChannelConnection.class, "connection");

  private final Channel channel;
  private final Peers.@Nullable Peer peer;
  // Kept, for a channel that is closed has no handlers any more.
  private volatile @Nullable SslHandler tls;
  private volatile @Nullable List<X509Certificate> certificates;

  private ChannelConnection(Channel channel, Peers.@Nullable Peer peer) {
    this.channel = channel;
    this.peer = peer;
  }

  /**
   * Gives a channel its connection.
   *
   * @param peer where it has a place; null if it counts for no limit
   */
  public static void attach(Channel channel, Peers.@Nullable Peer peer) {
    channel.attr(KEY).set(new ChannelConnection(channel, peer));
  }

  /** Where the client of a channel counts; null if that is not known. */
  static Peers.@Nullable Peer peer(Channel channel) {
    ChannelConnection known = channel.hasAttr(KEY) ? channel.attr(KEY).get() : null;
    return known == null ? null : known.peer;
  }

  /** The connection of a channel that has got its first bytes. */
  public static ChannelConnection of(Channel channel) {
    ChannelConnection known = channel.attr(KEY).get();
    if (known == null) {
      known = new ChannelConnection(channel, null);
      channel.attr(KEY).set(known);
    }
    if (known.tls == null) {
      known.tls = channel.pipeline().get(SslHandler.class);
    }
    return known;
  }

  /** Where the client counts; null if it does not. */
  public Peers.@Nullable Peer peer() {
    return peer;
  }

  /** Counts that the client had too much of something. */
  public void exceeded(Excess what) {
    if (peer != null) {
      peer.exceeded(what);
    }
  }

  @Override
  public @Nullable SocketAddress remoteAddress() {
    return ClientAddress.of(channel);
  }

  @Override
  public long client() {
    return peer == null ? 0 : peer.address();
  }

  @Override
  public boolean isSecure() {
    return tls != null;
  }

  @Override
  public List<X509Certificate> certificates() {
    List<X509Certificate> known = certificates;
    if (known == null) {
      known = read();
      certificates = known;
    }
    return known;
  }

  private List<X509Certificate> read() {
    SslHandler handler = tls;
    if (handler == null) {
      return List.of();
    }
    try {
      List<X509Certificate> all = new ArrayList<>();
      for (Certificate each : handler.engine().getSession().getPeerCertificates()) {
        if (each instanceof X509Certificate certificate) {
          all.add(certificate);
        }
      }
      return List.copyOf(all);
    } catch (SSLPeerUnverifiedException e) {
      // It was not asked for one, or has none.
      return List.of();
    }
  }

  @Override
  public <T> @Nullable T get(AttributeKey<T> key) {
    return channel.hasAttr(key) ? channel.attr(key).get() : null;
  }

  @Override
  public <T> T putIfAbsent(AttributeKey<T> key, T value) {
    T before = channel.attr(key).setIfAbsent(value);
    return before == null ? value : before;
  }

  @Override
  public void execute(Runnable task) {
    channel.eventLoop().execute(task);
  }
}
