package dev.tidings.node.relay.peer;

import dev.tidings.auth.Decision;
import dev.tidings.auth.node.NodeIdentity;
import dev.tidings.node.cluster.NodeAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * The query for a node's relay ports: a PROXY protocol header (v2) that is LOCAL, which relays
 * nothing, is answered by one with the ports in a field of our own. A node that does not know the
 * query just closes the connection.
 */
final class PortList {
  /** The second type that the protocol reserves for applications. */
  private static final byte PORTS = (byte) 0xE1;

  private static final byte[] LOCAL = {
    '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n', 0x20, 0
  };
  private static final int MOST_BYTES = 1024;

  private PortList() {}

  /** Returns the response. */
  static ByteBuf answer(List<Integer> ports) {
    ByteBuf answer = Unpooled.buffer();
    answer.writeBytes(LOCAL).writeShort(3 + 2 * ports.size());
    answer.writeByte(PORTS).writeShort(2 * ports.size());
    ports.forEach(answer::writeShort);
    return answer;
  }

  /**
   * Queries a node; blocks.
   *
   * @param tls for connections within TLS
   * @throws IOException if it does not respond
   */
  static List<Integer> of(NodeAddress node, Optional<PeerTls> tls, Duration atMost)
      throws IOException {
    int millis = (int) atMost.toMillis();
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(node.host(), node.port()), millis);
      plain.setSoTimeout(millis);
      Optional<PeerTls> peers = tls.filter(PeerTls::connects);
      if (peers.isEmpty()) {
        return ask(plain);
      }
      try (SSLSocket within =
          (SSLSocket)
              peers
                  .get()
                  .blocking()
                  .get()
                  .getSocketFactory()
                  .createSocket(plain, node.host(), node.port(), true)) {
        shakeHands(within, peers.get());
        return ask(within);
      }
    }
  }

  private static void shakeHands(SSLSocket socket, PeerTls tls) throws IOException {
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {PeerTls.PROTOCOL});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    if (tls.nodes()
            .authenticate(socket.getInetAddress(), PeerGate.certificates(socket.getSession()))
        instanceof Decision.Refused<NodeIdentity>(var _, var detail)) {
      throw new SSLException(detail);
    }
  }

  private static List<Integer> ask(Socket socket) throws IOException {
    socket.getOutputStream().write(Arrays.copyOf(LOCAL, LOCAL.length + 2));
    return read(new DataInputStream(socket.getInputStream()));
  }

  private static List<Integer> read(DataInputStream in) throws IOException {
    byte[] begin = new byte[LOCAL.length];
    in.readFully(begin);
    int length = in.readUnsignedShort();
    if (!Arrays.equals(begin, LOCAL) || length > MOST_BYTES) {
      throw new HAProxyProtocolException("answer: another one (expected: LOCAL, with ports)");
    }
    ByteBuf fields = Unpooled.wrappedBuffer(in.readNBytes(length));
    List<Integer> ports = new ArrayList<>();
    while (fields.readableBytes() >= 3) {
      byte type = fields.readByte();
      ByteBuf value =
          fields.readSlice(Math.min(fields.readUnsignedShort(), fields.readableBytes()));
      while (type == PORTS && value.readableBytes() >= 2) {
        ports.add(value.readUnsignedShort());
      }
    }
    return ports;
  }
}
