package dev.tidings.node.relay.peer;

import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.node.CertifiedNodes;
import dev.tidings.net.tls.ClientCertificates;
import dev.tidings.net.tls.MutualTls;
import dev.tidings.net.tls.PeerMode;
import dev.tidings.net.tls.TlsFiles;
import dev.tidings.node.route.DeviceTransport;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Nodes with certificates of one authority, and others. */
public final class TestPeers implements AutoCloseable {
  private final Path directory;
  private final X509Bundle authority = authority();
  private final List<MutualTls> started = new ArrayList<>();

  /**
   * @param directory for the files
   */
  public TestPeers(Path directory) {
    this.directory = directory;
  }

  private static X509Bundle authority() {
    try {
      return new CertificateBuilder()
          .ecp256()
          .subject("CN=nodes")
          .setIsCertificateAuthority(true)
          .buildSelfSigned();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A node: its common name, and {@code NAME.nodes.test}. */
  public PeerTls node(String name, PeerMode mode, String... expected) throws Exception {
    return tls(name, authority, mode, expected);
  }

  /** One that trusts the nodes, with a certificate of another authority of the same name. */
  public PeerTls stranger(String name, PeerMode mode) throws Exception {
    return tls(name, authority(), mode);
  }

  private PeerTls tls(String name, X509Bundle issuer, PeerMode mode, String... expected)
      throws Exception {
    X509Bundle own =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=" + name)
            .addSanDnsName(name + ".nodes.test")
            .buildIssuedBy(issuer);
    MutualTls tls =
        MutualTls.start(
            name,
            new TlsFiles(
                write(name + ".pem", own.getCertificatePathPEM()),
                write(name + ".key", own.getPrivateKeyPEM()),
                Optional.of(write(name + ".ca", authority.getCertificatePEM())),
                ClientCertificates.NEED),
            PeerTls.PROTOCOL,
            InstantSource.system(),
            new SimpleMeterRegistry());
    started.add(tls);
    return new PeerTls(
        mode,
        tls.accepting(),
        tls.connecting(),
        tls.blocking(),
        new CertifiedNodes(List.of(expected)));
  }

  private Path write(String name, String text) throws Exception {
    return Files.writeString(directory.resolve(name), text);
  }

  /** The PROXY header of a device that is relayed. */
  public static ByteBuf header(Optional<DeviceIdentity> proven) {
    EmbeddedChannel device = new EmbeddedChannel();
    EmbeddedChannel out = new EmbeddedChannel(HAProxyMessageEncoder.INSTANCE);
    out.writeOutbound(ProxyHeader.header(device, DeviceTransport.TCP, proven));
    device.finishAndReleaseAll();
    return out.readOutbound();
  }

  @Override
  public void close() {
    started.forEach(MutualTls::close);
  }
}
