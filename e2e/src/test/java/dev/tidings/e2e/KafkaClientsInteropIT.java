package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Providers in other languages write to Kafka, with the default settings of their clients: what
 * they send to several devices arrives, in order, and has a trace.
 *
 * <p>Shows G48 of docs/guarantees.md.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KafkaClientsInteropIT {
  private static final int EACH = 5;

  // More than one partition, whatever hash of the token it is.
  private static final int PHONES = 6;

  @TempDir Path directory;
  private Pipeline pipeline;
  private Provider provider;

  /** Something that sends to a token, once for each id in turn. */
  @FunctionalInterface
  private interface Sending {
    void send(Map<String, List<String>> idsByToken) throws Exception;
  }

  @BeforeAll
  void start(@TempDir Path data) throws Exception {
    pipeline = Pipeline.start(PipelineOptions.in(data));
    provider = new Provider(pipeline);
  }

  @AfterAll
  void stop() {
    if (provider != null) {
      provider.close();
    }
    if (pipeline != null) {
      pipeline.close();
    }
  }

  @Test
  @Tag("kcat")
  void what_kcat_produces_reaches_its_devices_in_order() throws Exception {
    try (RegistryClient registry =
            new RegistryClient(
                RegistryConfig.of(Map.of(RegistryConfig.URL, pipeline.stack().registryUrl())));
        AvroSerializer<Notification> values = new AvroSerializer<>(registry)) {
      arrives(
          "kcat",
          idsByToken -> {
            for (Map.Entry<String, List<String>> entry : idsByToken.entrySet()) {
              for (String id : entry.getValue()) {
                Path value = directory.resolve("value");
                Files.write(value, values.serialize("tidings.notifications", notification(id)));
                run(
                    List.of(
                        "kcat",
                        "-P",
                        "-b",
                        pipeline.stack().bootstrapServers(),
                        "-t",
                        "tidings.notifications",
                        "-k",
                        entry.getKey(),
                        value.toString()),
                    "");
              }
            }
          });
    }
  }

  @Test
  @Tag("confluent-python")
  void what_confluent_kafka_for_python_produces_reaches_its_devices_in_order() throws Exception {
    Path script = directory.resolve("produce.py");
    try (var in = KafkaClientsInteropIT.class.getResourceAsStream("/interop/produce.py")) {
      Files.write(script, in.readAllBytes());
    }

    arrives(
        "python",
        idsByToken ->
            run(
                List.of(
                    "/usr/bin/python3",
                    script.toString(),
                    pipeline.stack().bootstrapServers(),
                    pipeline.stack().registryUrl()),
                lines(idsByToken)));
  }

  @Test
  @Tag("npm")
  void what_kafkajs_produces_reaches_its_devices_in_order() throws Exception {
    Path npm = directory.resolve("npm");
    Files.createDirectories(npm);
    for (String file : List.of("package.json", "package-lock.json", "produce.mjs")) {
      Files.copy(Path.of("src/test/npm", file), npm.resolve(file));
    }
    run(
        List.of(
            "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", npm.toString()),
        "");

    arrives(
        "kafkajs",
        idsByToken ->
            run(
                List.of(
                    "node",
                    npm.resolve("produce.mjs").toString(),
                    pipeline.stack().bootstrapServers(),
                    pipeline.stack().registryUrl()),
                lines(idsByToken)));
  }

  private void arrives(String serial, Sending sending) throws Exception {
    List<Phone> phones = new ArrayList<>();
    try {
      Map<String, List<String>> idsByToken = new LinkedHashMap<>();
      for (int i = 0; i < PHONES; i++) {
        Phone phone = Phone.register(pipeline, serial + "-" + i);
        phones.add(phone);
        idsByToken.put(phone.token(), new ArrayList<>());
        for (int j = 0; j < EACH; j++) {
          idsByToken.get(phone.token()).add(UUID.randomUUID().toString());
        }
      }

      sending.send(idsByToken);

      for (Phone phone : phones) {
        List<String> ids = idsByToken.get(phone.token());
        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(() -> assertThat(phone.shown()).isEqualTo(ids));
        provider.awaitDelivered(ids.getLast());
      }
    } finally {
      phones.forEach(Phone::close);
    }
  }

  private static String lines(Map<String, List<String>> idsByToken) {
    StringBuilder lines = new StringBuilder();
    idsByToken.forEach(
        (token, ids) -> ids.forEach(id -> lines.append(token).append(' ').append(id).append('\n')));
    return lines.toString();
  }

  private static Notification notification(String id) {
    return Notification.newBuilder()
        .setId(id)
        .setApp(Provider.APP)
        .setPayload(ByteBuffer.wrap("{\"aps\":{}}".getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  /** Runs a command to its end, with this as its input; fails with its output. */
  private static void run(List<String> command, String input)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).as(output).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
  }
}
