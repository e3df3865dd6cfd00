package dev.tidings.streams;

import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.testing.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Starts streams processors for tests. */
final class Processors {
  private Processors() {}

  /** A process whose death is noticed in 2 s. */
  static ServiceProcess start(Cluster cluster, Path stateDir, Map<String, String> more)
      throws IOException {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "kafka.bootstrap.servers", cluster.bootstrapServers(),
                "schema.registry.url", cluster.registryUrl(),
                "management.port", "0",
                "instance.id", "streams-it",
                "state.dir", stateDir.toString(),
                "kafka.main.consumer.session.timeout.ms", "2000",
                "kafka.main.consumer.heartbeat.interval.ms", "500"));
    settings.putAll(more);
    return new ServiceProcess(
        StreamsProcessor.class.getName(), Path.of(stateDir + ".log"), settings);
  }
}
