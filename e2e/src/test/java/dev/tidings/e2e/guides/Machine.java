package dev.tidings.e2e.guides;

import dev.tidings.infra.device.TokenIssuer;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.process.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.regex.Pattern;

/**
 * A directory in place of a machine: its {@code /etc}, {@code /opt} and {@code /var}, and a {@code
 * systemctl} that starts what a unit says. The services are an installation of their own in the
 * cluster of a running pipeline. It starts three delivery nodes, in place of one on each machine.
 */
final class Machine implements AutoCloseable {
  private static final String SYSTEMCTL =
      """
      #!/usr/bin/env bash
      # systemctl enable --now UNIT@INSTANCE…
      set -euo pipefail
      shift 2
      start() {
        local unit=$1 instance=$2 name=$3 line
        while IFS= read -r line; do export "${line//%i/$name}"; done < <(sed -n 's/^Environment=//p' "$unit")
        export TIDINGS_JAVA_OPTS=
        mkdir -p "$TIDINGS_STATE_DIR"
        line=$(sed -n 's/^ExecStart=//p' "$unit")
        ${line//%i/$instance} >"$name.log" 2>&1 &
        echo $! >>pids
      }
      declare -A management=([ingest-api]=MANAGEMENT_1 [streams-processor]=MANAGEMENT_2 [delivery-node]=MANAGEMENT_3)
      for each in "$@"; do
        instance=${each#*@}
        export TIDINGS_MANAGEMENT_PORT=${management[$instance]}
        (start "DIRECTORY/etc/systemd/system/${each%%@*}@.service" "$instance" "$instance")
        if [[ $instance == delivery-node ]]; then
          export TIDINGS_MANAGEMENT_PORT=0 TIDINGS_MQTT_TLS_PORT=0
          for number in 2 3; do
            (start "DIRECTORY/etc/systemd/system/${each%%@*}@.service" "$instance" "$instance-$number")
          done
        fi
      done
      """;

  private final Pipeline pipeline;
  private final Path directory;
  private final Map<String, Integer> ports = new LinkedHashMap<>();

  Machine(Pipeline pipeline, Path directory) throws IOException {
    this.pipeline = pipeline;
    this.directory = directory;
    for (String port : new String[] {"8443", "8883", "9101", "9102", "9103"}) {
      ports.put(port, Ports.free());
    }
    Path systemctl = directory.resolve("bin/systemctl");
    Files.createDirectories(systemctl.getParent());
    Files.writeString(
        systemctl,
        SYSTEMCTL
            .replace("DIRECTORY", directory.toString())
            .replace("MANAGEMENT_1", ports.get("9101").toString())
            .replace("MANAGEMENT_2", ports.get("9102").toString())
            .replace("MANAGEMENT_3", ports.get("9103").toString()));
    if (!systemctl.toFile().setExecutable(true)) {
      throw new IOException(systemctl + " cannot be made executable");
    }
    TokenIssuer issuer = new TokenIssuer();
    issuer.publish(directory.resolve("issuer.jwks"));
    Files.writeString(
        directory.resolve("my-phone.jwt"),
        issuer.token("my-phone", Instant.now().plusSeconds(3600)));
  }

  /** Ports that no client needs are any free ones. */
  Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", directory.resolve("bin") + ":/usr/bin:" + System.getenv("PATH"));
    environment.put("TIDINGS_TOPIC_PREFIX", "production.");
    environment.put("TIDINGS_HTTPS_PORT", ports.get("8443").toString());
    environment.put("TIDINGS_MQTT_TLS_PORT", ports.get("8883").toString());
    for (String other :
        new String[] {
          "HTTP", "PEERS", "MQTT", "MQTT_WS", "MQTT_WSS", "INTERNAL",
        }) {
      environment.put("TIDINGS_" + other + "_PORT", "0");
    }
    return environment;
  }

  /** Puts what is here in place of what the page names. */
  String local(String text) {
    String servers = pipeline.stack().bootstrapServers();
    String local =
        text.replace("tidings.notifications: created", "production.tidings.notifications: created")
            .replace("kafka-1:9092,kafka-2:9092,kafka-3:9092", servers)
            .replace("kafka-1:9092", servers.split(",", -1)[0])
            .replace("http://registry:8081/apis/ccompat/v7", pipeline.stack().registryUrl())
            .replace("push.example.com", "localhost")
            .replace("/opt/tidings/", directory + "/");
    for (String root : new String[] {"etc/tidings", "etc/systemd", "var/lib"}) {
      local =
          Pattern.compile("(?<![\\w])/" + root).matcher(local).replaceAll(directory + "/" + root);
    }
    for (Entry<String, Integer> port : ports.entrySet()) {
      local =
          Pattern.compile("\\b" + port.getKey() + "\\b")
              .matcher(local)
              .replaceAll(port.getValue().toString());
    }
    return local;
  }

  @Override
  public void close() throws IOException {
    Path pids = directory.resolve("pids");
    if (!Files.exists(pids)) {
      return;
    }
    for (String pid : Files.readAllLines(pids)) {
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}
