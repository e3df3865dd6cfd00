package dev.tidings.infra.cli.options;

import dev.tidings.device.DeviceOptions;
import dev.tidings.device.ServerAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a delivery node is, and how it is reached. */
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
public final class NodeOptions {
  private static final String HOST = "127.0.0.1";
  private static final int MQTT = 1883;
  private static final int MQTT_TLS = 8883;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--url",
      paramLabel = "URL",
      converter = ServiceUrl.Node.class,
      description =
          "Where any delivery node is; mqtts:// for TLS (default: mqtt://" + HOST + ":1883).")
  private Optional<URI> url = Optional.empty();

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      converter = Values.ReadableFile.class,
      description = "For mqtts: certificates in PEM to trust (default: those that Java trusts).")
  private Optional<Path> ca = Optional.empty();

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "The host alone, in place of --url mqtt://HOST.")
  private Optional<String> host = Optional.empty();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      description = "The port alone.")
  private Optional<Integer> port = Optional.empty();

  /**
   * Returns the beginning of a device's options.
   *
   * @throws NoSuchHostException if the host is unknown
   */
  public DeviceOptions.Builder device(String serial) {
    if (url.isPresent() && (host.isPresent() || port.isPresent())) {
      throw new ParameterException(
          command.commandLine(), "--url says host and port (expected: no --host and --port too)");
    }
    if (ca.isPresent() && !isSecure()) {
      throw new ParameterException(
          command.commandLine(),
          "--ca: " + ca.get() + " (expected: --url mqtts://HOST:PORT with it)");
    }
    try {
      ServerAddress at = address();
      DeviceOptions.Builder options = DeviceOptions.builder(known(at.host()), at.port(), serial);
      if (isSecure()) {
        return ca.isPresent() ? options.tls(ca.get()) : options.tls();
      }
      return options;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Returns where it is. */
  public ServerAddress address() {
    return new ServerAddress(
        url.map(NodeOptions::host).or(() -> host).orElse(HOST),
        url.map(NodeOptions::port).or(() -> port).orElse(MQTT));
  }

  private boolean isSecure() {
    return url.filter(node -> node.getScheme().equals("mqtts")).isPresent();
  }

  private static String host(URI url) {
    String host = url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static int port(URI url) {
    if (url.getPort() > 0) {
      return url.getPort();
    }
    return url.getScheme().equals("mqtts") ? MQTT_TLS : MQTT;
  }

  /** A client would go on asking for it for ever. */
  private static String known(String host) {
    try {
      InetAddress _ = InetAddress.getByName(host);
      return host;
    } catch (UnknownHostException e) {
      throw new NoSuchHostException(host, e);
    }
  }

  /** A host that is not known here; the message names it. */
  public static final class NoSuchHostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoSuchHostException(String host, Throwable cause) {
      super(host + " is no host that is known here", cause);
    }
  }
}
