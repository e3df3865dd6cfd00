package dev.tidings.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.testing.ServiceProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes whose configuration was copied with the name that each must have for itself. */
final class SharedInstanceIdIT {
  @TempDir Path directory;

  @Test
  void of_two_nodes_with_one_group_instance_id_the_first_ends_and_names_the_setting()
      throws Exception {
    try (Cluster cluster = new Cluster();
        Socket ofFirst = reserved();
        Socket ofSecond = reserved()) {
      try (ServiceProcess first = start(cluster, "first", ofFirst.getLocalPort())) {
        first.awaitReady();
        try (ServiceProcess second = start(cluster, "second", ofSecond.getLocalPort())) {
          assertThat(first.exitCode()).isEqualTo(1);
          assertThat(Files.readString(directory.resolve("first.log")))
              .contains("group.instance.id: another process has the same");
          assertThat(second.awaitReady()).startsWith("READY");
        }
      }
    }
  }

  private ServiceProcess start(Cluster cluster, String name, int port) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("kafka.bootstrap.servers", cluster.bootstrapServers());
    settings.put("schema.registry.url", cluster.registryUrl());
    settings.put("token.keys", "1:000102030405060708090a0b0c0d0e0f");
    settings.put("bind.address", "localhost");
    settings.put("internal.bind.address", "localhost");
    for (String any : new String[] {"mqtt.port", "mqtt.ws.port", "management.port"}) {
      settings.put(any, "0");
    }
    // A member with a name has to be found where it was.
    settings.put("internal.port", Integer.toString(port));
    settings.put("group.instance.id", "node-1");
    settings.put("state.dir", directory.resolve(name).toString());
    return new ServiceProcess(
        DeliveryNode.class.getName(), directory.resolve(name + ".log"), settings);
  }

  /** Has a port, so that nobody else is given it; who asks for it may listen there. */
  private static Socket reserved() throws IOException {
    Socket reserved = new Socket();
    reserved.setReuseAddress(true);
    reserved.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return reserved;
  }
}
