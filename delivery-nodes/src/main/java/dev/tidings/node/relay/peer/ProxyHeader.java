package dev.tidings.node.relay.peer;

import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.net.limit.ClientAddress;
import dev.tidings.node.cluster.NodeAddress;
import dev.tidings.node.route.DeviceTransport;
import dev.tidings.schemas.question.QuestionFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a relayed connection, as sent in the PROXY protocol, version 2, with the transport
 * and what the device has proved in fields of our own.
 *
 * @param transport the device's transport
 * @param device its address
 * @param proven what it has proved to the other node; to be believed only of a node that has proved
 *     that it is one
 */
public record ProxyHeader(
    DeviceTransport transport, NodeAddress device, Optional<DeviceIdentity> proven) {
  /** The first type that the protocol reserves for applications. */
  private static final byte TRANSPORT = (byte) 0xE0;

  /** A placeholder for an address that is no longer known. */
  private static final InetSocketAddress NOWHERE = new InetSocketAddress("0.0.0.0", 0);

  /**
   * Returns the header for a device's connection.
   *
   * @param proven what the device has proved here, if the other node is to rely on it
   */
  public static HAProxyMessage header(
      Channel device, DeviceTransport transport, Optional<DeviceIdentity> proven) {
    List<HAProxyTLV> fields = new ArrayList<>(2);
    fields.add(
        new HAProxyTLV(
            TRANSPORT, Unpooled.copiedBuffer(transport.label(), StandardCharsets.US_ASCII)));
    proven
        .flatMap(ProvenField::write)
        .ifPresent(bytes -> fields.add(new HAProxyTLV(ProvenField.TYPE, bytes)));
    InetSocketAddress source = address(ClientAddress.of(device));
    InetSocketAddress destination = address(device.localAddress());
    // A header cannot mix address families: then IPv4 is written as an IPv4-mapped IPv6 address.
    boolean v4 =
        source.getAddress() instanceof Inet4Address
            && destination.getAddress() instanceof Inet4Address;
    return new HAProxyMessage(
        HAProxyProtocolVersion.V2,
        HAProxyCommand.PROXY,
        v4 ? HAProxyProxiedProtocol.TCP4 : HAProxyProxiedProtocol.TCP6,
        text(source.getAddress(), v4),
        text(destination.getAddress(), v4),
        source.getPort(),
        destination.getPort(),
        fields);
  }

  private static InetSocketAddress address(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress internet ? internet : NOWHERE;
  }

  /** Parses a header; empty if no node would write it. */
  static Optional<ProxyHeader> of(HAProxyMessage header) {
    if (header.protocolVersion() != HAProxyProtocolVersion.V2
        || header.command() != HAProxyCommand.PROXY
        || header.sourceAddress() == null) {
      return Optional.empty();
    }
    return field(header, TRANSPORT)
        .flatMap(label -> transport(label.toString(StandardCharsets.US_ASCII)))
        .map(transport ->
            new ProxyHeader(
                transport,
                new NodeAddress(header.sourceAddress(), header.sourcePort()),
                field(header, ProvenField.TYPE).flatMap(ProvenField::read)));
  }

  /** Whether a header says that no device is relayed, but a question follows. */
  static boolean announcesQuestion(HAProxyMessage header) {
    return header.protocolVersion() == HAProxyProtocolVersion.V2
        && header.command() == HAProxyCommand.PROXY
        && field(header, QuestionFrame.FIELD).isPresent();
  }

  private static Optional<ByteBuf> field(HAProxyMessage header, byte type) {
    for (HAProxyTLV field : header.tlvs()) {
      if (field.typeByteValue() == type) {
        return Optional.of(field.content());
      }
    }
    return Optional.empty();
  }

  private static Optional<DeviceTransport> transport(String label) {
    for (DeviceTransport transport : DeviceTransport.values()) {
      if (transport != DeviceTransport.RELAYED && transport.label().equals(label)) {
        return Optional.of(transport);
      }
    }
    return Optional.empty();
  }

  private static String text(InetAddress address, boolean v4) {
    return !v4 && address instanceof Inet4Address
        ? "::ffff:" + address.getHostAddress()
        : NetUtil.toAddressString(address);
  }
}
