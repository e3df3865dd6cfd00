package dev.tidings.infra.cli.stack;

import dev.tidings.infra.cli.options.PortNumber;
import dev.tidings.infra.pipeline.ServicePorts;
import dev.tidings.infra.pipeline.ServicePorts.Port;
import picocli.CommandLine.Option;

/** The options for the pipeline's ports. Every port may be 0: any free one. */
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class PortArguments {
  @Option(
      names = "--kafka-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "9092",
      description = "Kafka broker (default: ${DEFAULT-VALUE}). Any port may be 0: any free one.")
  private int kafka;

  @Option(
      names = "--registry-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "8081",
      description = "Schema registry (default: ${DEFAULT-VALUE}).")
  private int registry;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "8080",
      description = "Providers, HTTP/2 in plain text and HTTP/1.1 (default: ${DEFAULT-VALUE}).")
  private int http;

  @Option(
      names = "--https-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "8443",
      description = "Providers, HTTP/2 and HTTP/1.1 over TLS (default: ${DEFAULT-VALUE}).")
  private int https;

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "8090",
      description =
          "Administrators, on this machine only, with the credential in admin.credential (default:"
              + " ${DEFAULT-VALUE}).")
  private int admin;

  @Option(
      names = "--mqtt-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "1883",
      description = "Devices, MQTT (default: ${DEFAULT-VALUE}).")
  private int mqtt;

  @Option(
      names = "--mqtt-tls-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "8883",
      description = "Devices, MQTT over TLS (default: ${DEFAULT-VALUE}).")
  private int mqttTls;

  @Option(
      names = "--mqtt-ws-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "8083",
      description = "Devices, MQTT over WebSocket (default: ${DEFAULT-VALUE}).")
  private int mqttWs;

  @Option(
      names = "--mqtt-wss-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "8084",
      description = "Devices, MQTT over WebSocket within TLS (default: ${DEFAULT-VALUE}).")
  private int mqttWss;

  @Option(
      names = "--node-internal-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "1884",
      description = "Delivery nodes, for one another (default: ${DEFAULT-VALUE}).")
  private int nodeInternal;

  @Option(
      names = "--ingest-management-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "9101",
      description = "Health and metrics of ingest-api (default: ${DEFAULT-VALUE}).")
  private int ingestManagement;

  @Option(
      names = "--streams-management-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "9102",
      description = "Health and metrics of streams-processor (default: ${DEFAULT-VALUE}).")
  private int streamsManagement;

  @Option(
      names = "--node-management-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "9103",
      description = "Health and metrics of delivery-node (default: ${DEFAULT-VALUE}).")
  private int nodeManagement;

  @Option(names = "--free-ports", description = "Any free port for everything.")
  private boolean freePorts;

  /** Returns the port of the broker. */
  int kafka() {
    return freePorts ? 0 : kafka;
  }

  /** Returns the port of the schema registry. */
  int registry() {
    return freePorts ? 0 : registry;
  }

  /** Returns the ports of the services. */
  ServicePorts services() {
    if (freePorts) {
      return ServicePorts.free();
    }
    return ServicePorts.defaults()
        .with(Port.HTTP, http)
        .with(Port.HTTPS, https)
        .with(Port.ADMIN, admin)
        .with(Port.MQTT, mqtt)
        .with(Port.MQTT_TLS, mqttTls)
        .with(Port.MQTT_WS, mqttWs)
        .with(Port.MQTT_WSS, mqttWss)
        .with(Port.NODE_INTERNAL, nodeInternal)
        .with(Port.INGEST_MANAGEMENT, ingestManagement)
        .with(Port.STREAMS_MANAGEMENT, streamsManagement)
        .with(Port.NODE_MANAGEMENT, nodeManagement);
  }
}
