package dev.tidings.ingest.device;

import dev.tidings.auth.Decision;
import dev.tidings.auth.node.CertifiedNodes;
import dev.tidings.auth.node.NodeAuthenticator;
import dev.tidings.auth.node.NodeIdentity;
import dev.tidings.net.Lookups;
import dev.tidings.net.tls.MutualTls;
import dev.tidings.net.tls.TlsFiles;
import dev.tidings.schemas.question.QuestionFrame;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.service.config.Config;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The parts with which delivery nodes are asked about devices. */
public final class DeviceQueries implements AutoCloseable {
  /** How many names of nodes are looked up at once. */
  private static final int MOST_LOOKUPS = 16;

  private final DeviceInformation devices;
  private final Fleet fleet;
  private final Lookups lookups;
  private final Optional<MutualTls> tls;

  private DeviceQueries(
      DeviceInformation devices, Fleet fleet, Lookups lookups, Optional<MutualTls> tls) {
    this.devices = devices;
    this.fleet = fleet;
    this.lookups = lookups;
    this.tls = tls;
  }

  /**
   * Starts them.
   *
   * @param nodes the addresses that delivery nodes have said
   * @param keys under which questions and answers are sealed
   * @param partitions how many partitions devices are in
   */
  public static DeviceQueries start(
      Config config,
      Supplier<List<String>> nodes,
      TokenKeys keys,
      int partitions,
      InstantSource clock,
      MeterRegistry metrics)
      throws IOException, GeneralSecurityException {
    Optional<TlsFiles> files = TlsFiles.of(config, DeviceNodeSettings.TLS);
    NodeAuthenticator authenticator = new CertifiedNodes(config.get(DeviceNodeSettings.NAMES));
    Optional<MutualTls> tls =
        files.isEmpty()
            ? Optional.empty()
            : Optional.of(
                MutualTls.start(
                    "nodes",
                    files.get(),
                    QuestionFrame.TLS_PROTOCOL,
                    each -> isNode(authenticator, each),
                    clock,
                    metrics));
    Lookups.Names names = InetAddress::getAllByName;
    Lookups lookups = new Lookups(names, "device-node-names", MOST_LOOKUPS);
    NodeCall call = new SocketCall(tls.map(MutualTls::blocking), lookups, System::nanoTime);
    NodeSeal seal = new NodeSeal(keys);
    DeviceNodes asking = new DeviceNodes(nodes, call, seal, partitions, System::nanoTime);
    return new DeviceQueries(
        new DeviceDesk(asking, clock, metrics), new Fleet(nodes, call, seal, clock), lookups, tls);
  }

  private static boolean isNode(NodeAuthenticator nodes, X509Certificate certificate) {
    return nodes.authenticate(InetAddress.getLoopbackAddress(), List.of(certificate))
        instanceof Decision.Accepted<NodeIdentity>;
  }

  /** Returns what tells of devices. */
  public DeviceInformation devices() {
    return devices;
  }

  /** Returns what asks all nodes. */
  public Fleet fleet() {
    return fleet;
  }

  @Override
  public void close() {
    fleet.close();
    lookups.close();
    tls.ifPresent(MutualTls::close);
  }
}
