package dev.tidings.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.node.settings.NodeOpenPorts;
import dev.tidings.node.settings.NodeSettings;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.lifecycle.Lifecycle;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeOpenPortsTest {
  private static final Map<String, String> TOKENS =
      Map.of("auth.devices", "jwt", "auth.devices.issuers", "id=/etc/tidings/id.jwks");

  private static List<String> problems(Map<String, String> values) {
    try {
      NodeOpenPorts.check(Config.of(NodeSettings.ALL, values));
      return List.of();
    } catch (ConfigException e) {
      return e.problems();
    }
  }

  private static Map<String, String> and(Map<String, String> settings, String name, String value) {
    Map<String, String> more = new HashMap<>(settings);
    more.put(name, value);
    return more;
  }

  @Test
  void a_node_that_is_merely_started_does_not_start() {
    Config config =
        Config.of(
            NodeSettings.ALL,
            Map.of("token.keys", "1:000102030405060708090a0b0c0d0e0f", "start.timeout", "1s"));
    try (Lifecycle lifecycle =
        new Lifecycle("delivery-node", new PrintStream(OutputStream.nullOutputStream()))) {
      assertThatExceptionOfType(ConfigException.class)
          .isThrownBy(() -> DeliveryNode.start(config, lifecycle))
          .satisfies(e ->
              assertThat(e.problems())
                  .containsExactly(
                      "bind.address: 0.0.0.0 (expected: localhost; or auth.devices=jwt; or"
                          + " listen.open=devices, with which whoever reaches the port may be any"
                          + " device, read its inbox and register its apps)",
                      "internal.bind.address: 0.0.0.0 (expected: localhost; or"
                          + " internal.tls.certificate; or listen.open=nodes, with which whoever"
                          + " reaches the port may relay devices as a node does, from any address"
                          + " it names)"));
    }
  }

  @Test
  void on_loopback_addresses_nothing_is_asked_for() {
    assertThat(problems(Map.of("bind.address", "localhost", "internal.bind.address", "127.0.0.1")))
        .isEmpty();
  }

  @Test
  void authentication_opens_the_devices_ports_and_no_others() {
    assertThat(problems(TOKENS))
        .singleElement()
        .asString()
        .startsWith("internal.bind.address: 0.0.0.0 (");
    assertThat(problems(and(TOKENS, "listen.open", "nodes"))).isEmpty();
  }

  @Test
  void certificates_open_the_ports_for_nodes_once_nothing_else_is_spoken_there() {
    Map<String, String> certified = and(TOKENS, "internal.tls.certificate", "/etc/tidings/n.pem");

    assertThat(problems(certified)).isEmpty();
    assertThat(problems(and(certified, "internal.tls.mode", "prefer"))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "devices, internal.bind.address",
    "nodes, bind.address",
    "'devices,nodes', ''",
    "management, 'bind.address,internal.bind.address'"
  })
  void each_kind_of_port_is_opened_by_its_name(String open, String stillClosed) {
    assertThat(problems(Map.of("listen.open", open)).stream().map(line -> line.split(":", 2)[0]))
        .containsExactly(stillClosed.isEmpty() ? new String[0] : stillClosed.split(",", -1));
  }

  @Test
  void health_and_metrics_stay_at_home_whatever_devices_prove() {
    Map<String, String> open = and(and(TOKENS, "listen.open", "nodes"), "management.host", "::");

    assertThat(problems(open))
        .containsExactly(
            "management.host: :: (expected: localhost; or listen.open=nodes,management, with which"
                + " whoever reaches the port may read health and metrics)");
    assertThat(problems(and(open, "listen.open", "nodes,management"))).isEmpty();
  }
}
