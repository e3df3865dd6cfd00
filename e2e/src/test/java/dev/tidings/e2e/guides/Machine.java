package dev.tidings.e2e.guides;

import dev.tidings.infra.device.TokenIssuer;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.ports.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.regex.Pattern;

/**
 * A directory in place of a machine: its {@code /etc}, {@code /opt} and {@code /var}, and a {@code
 * systemctl} that starts what a unit says. The services are an installation of their own in the
 * cluster of a running pipeline, which has one broker: so there is one replica of each topic, and
 * partitions are few. Two delivery nodes stand for those of three machines.
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
        # One after the other, for there is one machine.
        until grep -q ^READY "$name.log"; do kill -0 $! || exit 1; sleep 0.2; done
      }
      declare -A management=([ingest-api]=MANAGEMENT_1 [streams-processor]=MANAGEMENT_2 [delivery-node]=MANAGEMENT_3)
      for each in "$@"; do
        instance=${each#*@}
        export TIDINGS_MANAGEMENT_PORT=${management[$instance]}
        (start "DIRECTORY/etc/systemd/system/${each%%@*}@.service" "$instance" "$instance")
        if [[ $instance == delivery-node ]]; then
          export TIDINGS_MANAGEMENT_PORT=0 TIDINGS_MQTT_TLS_PORT=0
          (start "DIRECTORY/etc/systemd/system/${each%%@*}@.service" "$instance" "$instance-2")
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
    environment.put("TIDINGS_START_TIMEOUT", "9m");
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
            .replace("--replication-factor 3", "--replication-factor 1")
            .replace("--partitions 24", "--partitions 4")
            .replace("24 partitions", "4 partitions")
            .replace("--retry 60", "--retry 300")
            .replace("kafka-1:9092,kafka-2:9092,kafka-3:9092", servers)
            .replace("kafka-1:9092", servers.split(",", -1)[0])
            .replace("http://registry:8081/apis/ccompat/v7", pipeline.stack().registryUrl())
            // Of one broker it finds fault with what has one replica.
            .replace("--management localhost:9103", "--management localhost:9103 || (($? == 1))")
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

  /** The end of what each service has said. */
  String ends() throws IOException {
    StringBuilder ends = new StringBuilder();
    try (var files = Files.list(directory)) {
      for (Path log : files.filter(file -> file.toString().endsWith(".log")).sorted().toList()) {
        List<String> lines = Files.readAllLines(log);
        ends.append("\n").append(log.getFileName()).append("\n");
        lines
            .subList(Math.max(0, lines.size() - 15), lines.size())
            .forEach(line -> ends.append(line).append("\n"));
      }
    }
    return ends.toString();
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
