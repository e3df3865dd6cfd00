package dev.tidings.infra.cli.doctor.host;

import dev.tidings.infra.cli.doctor.check.Check;
import dev.tidings.infra.cli.doctor.check.ServiceFiles;
import dev.tidings.infra.ports.Ports;
import dev.tidings.infra.ports.Ports.Wanted;
import dev.tidings.infra.ports.PortsTakenException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whether ports are free if nothing runs, and whether somebody listens on them if something does.
 */
public final class PortChecks {
  private static final String WHAT = "ports";
  private static final int CONNECT_MILLIS = 1_500;

  /** The settings of ports, each with the one without which the port is not opened. */
  private static final Map<String, String> OPENED_BY =
      Map.of(
          "http.port", "",
          "https.port", "tls.certificate",
          "admin.port", "auth.admin",
          "management.port", "",
          "mqtt.port", "",
          "mqtt.tls.port", "mqtt.tls.certificate",
          "mqtt.ws.port", "",
          "mqtt.wss.port", "mqtt.tls.certificate",
          "internal.port", "");

  private PortChecks() {}

  /** Looks whether all are free. */
  public static Check free(List<Wanted> wanted) {
    try {
      Ports.check(wanted);
      return Check.sound(WHAT, "all are free: ./tidings up can be started");
    } catch (PortsTakenException e) {
      return Check.failed(
          WHAT, String.valueOf(e.getMessage()), "end what uses them, or choose others");
    }
  }

  /** Looks whether services listen on this machine where their settings say. */
  public static List<Check> listening(ServiceFiles services) {
    List<Check> silent = new ArrayList<>();
    int all = 0;
    for (String service : services.byName().keySet()) {
      for (Map.Entry<String, String> setting : OPENED_BY.entrySet()) {
        int port = port(services, service, setting.getKey());
        boolean opened =
            setting.getValue().isEmpty() || services.value(service, setting.getValue()).isPresent();
        if (port > 0 && opened) {
          all++;
          if (!answers(port)) {
            silent.add(
                Check.failed(
                    WHAT,
                    "%s: %s=%d: nobody listens".formatted(service, setting.getKey(), port),
                    "start it, or see the end of its log"));
          }
        }
      }
    }
    return silent.isEmpty() && all > 0
        ? List.of(Check.sound(WHAT, "services listen on all " + all))
        : silent;
  }

  private static int port(ServiceFiles services, String service, String setting) {
    return services
        .value(service, setting)
        .map(String::strip)
        .filter(value -> value.matches("\\d{1,5}"))
        .map(Integer::valueOf)
        .orElse(0);
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
