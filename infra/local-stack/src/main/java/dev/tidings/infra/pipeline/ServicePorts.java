package dev.tidings.infra.pipeline;

import dev.tidings.infra.ports.Ports.Wanted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ports of the services.
 *
 * @param wanted the ports by service and setting, in the order of the documentation
 */
public record ServicePorts(Map<Port, Integer> wanted) {

  /** A port of a service. */
  public enum Port {
    HTTP(TidingsService.INGEST_API, "http.port", 8080),
    HTTPS(TidingsService.INGEST_API, "https.port", 8443),
    ADMIN(TidingsService.INGEST_API, "admin.port", 8090),
    INGEST_MANAGEMENT(TidingsService.INGEST_API, "management.port", 9101),
    STREAMS_MANAGEMENT(TidingsService.STREAMS_PROCESSOR, "management.port", 9102),
    MQTT(TidingsService.DELIVERY_NODE, "mqtt.port", 1883),
    MQTT_TLS(TidingsService.DELIVERY_NODE, "mqtt.tls.port", 8883),
    MQTT_WS(TidingsService.DELIVERY_NODE, "mqtt.ws.port", 8083),
    MQTT_WSS(TidingsService.DELIVERY_NODE, "mqtt.wss.port", 8084),
    NODE_INTERNAL(TidingsService.DELIVERY_NODE, "internal.port", 1884),
    NODE_MANAGEMENT(TidingsService.DELIVERY_NODE, "management.port", 9103);

    private final TidingsService service;
    private final String setting;
    private final int defaultPort;

    Port(TidingsService service, String setting, int defaultPort) {
      this.service = service;
      this.setting = setting;
      this.defaultPort = defaultPort;
    }
  }

  public ServicePorts {
    wanted = Map.copyOf(wanted);
  }

  /** Returns the default ports. */
  public static ServicePorts defaults() {
    var ports = new LinkedHashMap<Port, Integer>();
    for (Port port : Port.values()) {
      ports.put(port, port.defaultPort);
    }
    return new ServicePorts(ports);
  }

  /** Returns free ports. */
  public static ServicePorts free() {
    var ports = new LinkedHashMap<Port, Integer>();
    for (Port port : Port.values()) {
      ports.put(port, 0);
    }
    return new ServicePorts(ports);
  }

  public ServicePorts with(Port port, int number) {
    var ports = new LinkedHashMap<>(wanted);
    ports.put(port, number);
    return new ServicePorts(ports);
  }

  /** Returns them as settings of one service. */
  Map<String, String> settings(TidingsService service) {
    var settings = new LinkedHashMap<String, String>();
    wanted.forEach((port, number) -> {
      if (port.service == service) {
        settings.put(port.setting, Integer.toString(number));
      }
    });
    return settings;
  }

  /** Returns all of them, with the options that set others. */
  public List<Wanted> toCheck() {
    return wanted.entrySet().stream()
        .map(entry -> new Wanted(name(entry.getKey()), option(entry.getKey()), entry.getValue()))
        .sorted(java.util.Comparator.comparingInt(Wanted::port))
        .toList();
  }

  /** Returns the command-line option for a port. */
  public static String option(Port port) {
    return "--" + name(port).replace(' ', '-') + "-port";
  }

  private static String name(Port port) {
    return port.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }
}
