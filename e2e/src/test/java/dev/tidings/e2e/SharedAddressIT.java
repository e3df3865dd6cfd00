package dev.tidings.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.ports.Ports;
import dev.tidings.infra.process.ChildCommand;
import dev.tidings.infra.process.Endpoints;
import dev.tidings.infra.process.ServiceProcess;
import dev.tidings.infra.stack.Checkout;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two delivery nodes advertise one address, as on two hosts that know themselves as 127.0.1.1. */
class SharedAddressIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Test
  void nodes_that_advertise_one_address_are_named_and_one_of_them_is_not_ready(@TempDir Path data)
      throws Exception {
    String port = Integer.toString(Ports.free());
    try (Pipeline pipeline =
        Pipeline.start(
            PipelineOptions.in(data)
                .with(TidingsService.DELIVERY_NODE, "internal.port", port)
                .with(TidingsService.DELIVERY_NODE, "advertised.host", "127.0.1.1"))) {
      ServiceProcess second = startSecond(pipeline, port);
      try {
        Endpoints one = pipeline.endpoints(TidingsService.DELIVERY_NODE);
        Endpoints other = second.awaitReady(PATIENCE);
        String expected = "127.0.1.1:" + port + " is advertised by this node and another";
        await()
            .atMost(PATIENCE)
            .until(() -> health(one).contains(expected) || health(other).contains(expected));

        String log =
            Files.readString(pipeline.process(TidingsService.DELIVERY_NODE).log(), UTF_8)
                + Files.readString(second.log(), UTF_8);
        assertThat(log).contains("all advertise 127.0.1.1:" + port);
      } finally {
        second.terminate(Duration.ofSeconds(20));
      }
    }
  }

  private static ServiceProcess startSecond(Pipeline pipeline, String port) {
    return ServiceProcess.start(
        TidingsService.DELIVERY_NODE.command(
            pipeline.stack(),
            Checkout.find(),
            "node-2",
            Map.of(
                "internal.bind.address",
                "127.0.0.2",
                "internal.port",
                port,
                "advertised.host",
                "127.0.1.1",
                "mqtt.port",
                "0",
                "mqtt.tls.port",
                "0",
                "mqtt.ws.port",
                "0",
                "mqtt.wss.port",
                "0",
                "management.port",
                "0"),
            ChildCommand.QUICK_START));
  }

  private static String health(Endpoints node) throws IOException, InterruptedException {
    URI health = URI.create("http://" + node.get("management").local() + "/health/ready");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
