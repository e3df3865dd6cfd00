package dev.tidings.node.relay.peer;

import dev.tidings.auth.Decision;
import dev.tidings.auth.node.NodeAuthenticator;
import dev.tidings.auth.node.NodeIdentity;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets nothing in before the other end has proved in the TLS handshake that it is a node, or if TLS
 * is not required, has begun without one. Placed behind TLS; stays until the first bytes.
 */
public final class PeerGate extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(PeerGate.class);

  /** Set on the channel of a node that has proved itself. */
  private static final AttributeKey<NodeIdentity> NODE =
      AttributeKey.valueOf(PeerGate.class, "node");

  private final PeerTls tls;
  private final PeerRefusals refusals;

  public PeerGate(PeerTls tls, PeerRefusals refusals) {
    this.tls = tls;
    this.refusals = refusals;
  }

  /** Whether the other end of this connection has proved that it is a node. */
  static boolean isNode(Channel channel) {
    return channel.hasAttr(NODE) && channel.attr(NODE).get() != null;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        decide(ctx);
      } else {
        refuse(ctx, PeerRefusals.Reason.HANDSHAKE, String.valueOf(handshake.cause()));
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  private void decide(ChannelHandlerContext ctx) {
    SslHandler handler = ctx.pipeline().get(SslHandler.class);
    switch (decision(tls.nodes(), ctx.channel(), handler.engine().getSession())) {
      case Decision.Accepted<NodeIdentity>(var node) -> ctx.channel().attr(NODE).set(node);
      case Decision.Refused<NodeIdentity>(var _, var detail) ->
          refuse(ctx, PeerRefusals.Reason.CERTIFICATE, detail);
    }
  }

  /** Decides about the other end of a connection whose handshake is done. */
  public static Decision<NodeIdentity> decision(
      NodeAuthenticator nodes, Channel channel, SSLSession session) {
    return nodes.authenticate(
        channel.remoteAddress() instanceof InetSocketAddress internet
            ? internet.getAddress()
            : InetAddress.getLoopbackAddress(),
        certificates(session));
  }

  static List<X509Certificate> certificates(SSLSession session) {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      for (Certificate certificate : session.getPeerCertificates()) {
        if (certificate instanceof X509Certificate x509) {
          certificates.add(x509);
        }
      }
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
    return certificates;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    boolean proofNeeded = tls.isRequired() || ctx.pipeline().get(SslHandler.class) != null;
    if (isNode(ctx.channel()) || !proofNeeded) {
      ctx.pipeline().remove(this);
      ctx.fireChannelRead(message);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  /** Of TLS, which has been counted as a handshake that failed. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.debug("{}: connection lost: {}", ctx.channel().remoteAddress(), cause.toString());
    ctx.close();
  }

  private void refuse(ChannelHandlerContext ctx, PeerRefusals.Reason reason, String why) {
    refusals.count(reason);
    log.debug("{}: no node of this installation: {}", ctx.channel().remoteAddress(), why);
    ctx.close();
  }
}
