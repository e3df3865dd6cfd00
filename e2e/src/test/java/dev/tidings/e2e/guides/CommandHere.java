package dev.tidings.e2e.guides;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.stack.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.regex.Pattern;

/**
 * {@code ./tidings} in a directory: the classes of this build, at the ports of a running pipeline
 * where a command names none.
 */
final class CommandHere {
  private static final String SCRIPT =
      """
      #!/usr/bin/env bash
      set -euo pipefail
      main=dev.tidings.infra.cli.Tidings
      given=" $* "
      names() { [[ $given == *" $1 "* || $given == *" $1="* ]]; }
      case ${1:-} in
        device) names --url || names --port || set -- "$@" --port PORT_OF_MQTT ;;
        send | trace | receipts | replay) names --url || set -- "$@" --url http://127.0.0.1:PORT_OF_HTTP ;;
        topics | admin | broadcast)
          names --bootstrap-servers || set -- "$@" --bootstrap-servers BROKERS
          names --schema-registry-url || set -- "$@" --schema-registry-url REGISTRY
          [[ -z ${TIDINGS_TOPIC_PREFIX:-} ]] || set -- "$@" --topic-prefix "$TIDINGS_TOPIC_PREFIX"
          ;;
        ingest-api) main=dev.tidings.ingest.IngestApi && shift ;;
        streams-processor) main=dev.tidings.streams.StreamsProcessor && shift ;;
        delivery-node) main=dev.tidings.node.DeliveryNode && shift ;;
      esac
      exec JAVA @DIRECTORY/java.options $main "$@"
      """;

  private static final Map<String, Integer> PORTS =
      Map.of(
          "kafka", 9092,
          "registry", 8081,
          "http", 8080,
          "https", 8443,
          "mqtt", 1883,
          "mqtts", 8883,
          "ws", 8083,
          "wss", 8084);

  private final Pipeline pipeline;

  CommandHere(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** Writes it to a directory. */
  void writeTo(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(
        directory.resolve("java.options"),
        """
        -XX:+UseSerialGC
        -XX:TieredStopAtLevel=1
        --enable-native-access=ALL-UNNAMED
        --sun-misc-unsafe-memory-access=allow
        -D%s="%s"
        -cp "%s"
        """
            .formatted(
                Checkout.PROPERTY, Checkout.find().root(), System.getProperty("java.class.path")));
    Path script = directory.resolve("tidings");
    Files.writeString(
        script,
        SCRIPT
            .replace("PORT_OF_MQTT", ports().get("1883"))
            .replace("PORT_OF_HTTP", ports().get("8080"))
            .replace("BROKERS", pipeline.stack().bootstrapServers())
            .replace("REGISTRY", pipeline.stack().registryUrl())
            .replace("JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString())
            .replace("DIRECTORY", directory.toString()));
    if (!script.toFile().setExecutable(true)) {
      throw new IOException(script + " cannot be made executable");
    }
  }

  /** Puts the ports of the pipeline in place of the default ones. */
  String local(String text) {
    String local = text;
    for (Entry<String, String> port : ports().entrySet()) {
      local =
          Pattern.compile("\\b" + port.getKey() + "\\b").matcher(local).replaceAll(port.getValue());
    }
    return local;
  }

  private Map<String, String> ports() {
    Map<String, String> ports = new LinkedHashMap<>();
    PORTS.forEach((name, port) -> ports.put(Integer.toString(port), Integer.toString(here(name))));
    return ports;
  }

  private int here(String name) {
    return switch (name) {
      case "kafka" -> port(pipeline.stack().bootstrapServers().split(",", -1)[0]);
      case "registry" -> java.net.URI.create(pipeline.stack().registryUrl()).getPort();
      case "http", "https" -> pipeline.endpoint(TidingsService.INGEST_API, name).port();
      default -> pipeline.endpoint(TidingsService.DELIVERY_NODE, name).port();
    };
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }
}
