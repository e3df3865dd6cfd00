package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.topics.TopicProvisioner;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The journeys on a broker in a container (see infra/containers), which demands TLS and a password
 * of everybody, and where each principal has the rights that docs/security.md gives it, and no
 * others.
 */
@Tag("container")
class PipelineContainerIT extends PipelineJourneys {
  private static final Map<TidingsService, String> PRINCIPALS =
      Map.of(
          TidingsService.INGEST_API, "ingest",
          TidingsService.STREAMS_PROCESSOR, "streams",
          TidingsService.DELIVERY_NODE, "node");
  private static final String OPERATOR = "operator";
  private static final String ADMINISTRATOR = "administrator";
  private static final String PROVIDER = "provider";

  /** Has a password, and no rights. */
  private static final String STRANGER = "stranger";

  private static final Duration NOTICED = Duration.ofSeconds(60);

  private final ClosedBroker kafka;
  private final List<AclBinding> rights;
  private Admin admin;

  PipelineContainerIT() throws Exception {
    kafka =
        new ClosedBroker(
            List.of("ingest", "streams", "node", OPERATOR, ADMINISTRATOR, PROVIDER, STRANGER));
    rights = AclCommands.documented();
  }

  @Override
  PipelineOptions options(Path directory) throws Exception {
    kafka.start();
    admin = Admin.create(new HashMap<>(kafka.client(ClosedBroker.SUPER)));
    admin.createAcls(rights).all().get();
    try (Admin operator = Admin.create(new HashMap<>(kafka.client(OPERATOR)))) {
      new TopicProvisioner(operator, LogTopics.DEFAULT_PARTITIONS, Optional.of((short) 1))
          .provision(TopicNames.PLAIN);
    }
    PipelineOptions options = PipelineOptions.in(directory);
    for (TidingsService service : TidingsService.values()) {
      for (Map.Entry<String, String> setting : kafka.client(PRINCIPALS.get(service)).entrySet()) {
        options = options.with(service, "kafka." + setting.getKey(), setting.getValue());
      }
    }
    return options;
  }

  @Override
  Map<String, String> providersClient(Pipeline running) {
    return kafka.client(PROVIDER);
  }

  @ParameterizedTest
  @CsvSource({
    "stranger, tidings.notifications",
    "node, tidings.notifications",
    "streams, tidings.subscriptions",
    "administrator, tidings.notifications",
    "provider, tidings.control",
    "provider, tidings.deliveries",
    "ingest, tidings.deliveries",
    "streams, tidings.inbox",
    "node, tidings.audit",
    "streams, tidings.channels",
  })
  void who_has_no_right_to_a_topic_does_not_write_there(String principal, String topic) {
    Map<String, Object> settings = new HashMap<>(kafka.client(principal));
    settings.put("max.block.ms", "20000");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      assertThatThrownBy(() ->
              producer.send(new ProducerRecord<>(topic, new byte[1])).get(30, TimeUnit.SECONDS))
          .hasRootCauseInstanceOf(TopicAuthorizationException.class);
    }
  }

  @Test
  void the_administrators_command_writes_entries(@TempDir Path directory) throws Exception {
    Properties client = new Properties();
    client.putAll(kafka.client(ADMINISTRATOR));
    Path file = directory.resolve("administrator.properties");
    try (var writer = Files.newBufferedWriter(file)) {
      client.store(writer, null);
    }
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tidings.infra.cli.Tidings",
                "admin",
                "team",
                "create",
                "Press",
                "--id",
                "PRESS67890",
                "--bootstrap-servers",
                kafka.bootstrapServers(),
                "--command-config",
                file.toString(),
                "--schema-registry-url",
                pipeline().stack().registryUrl())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said).contains("PRESS67890");
  }

  @ParameterizedTest
  @CsvSource({
    "INGEST_API, WRITE, tidings.notifications",
    "STREAMS_PROCESSOR, READ, tidings.notifications",
    "STREAMS_PROCESSOR, WRITE, tidings.registrations",
    "DELIVERY_NODE, READ, tidings.deliveries",
  })
  void a_service_whose_right_is_taken_away_says_so_and_goes_on_when_it_has_it_again(
      TidingsService service, AclOperation operation, String topic) throws Exception {
    Management management =
        new Management(service.name(), pipeline().endpoint(service, "management"));
    await().atMost(NOTICED).until(management::isReady);
    long pid = pipeline().process(service).pid();
    List<AclBinding> taken = new ArrayList<>(rights);
    taken.removeIf(binding ->
        !binding.entry().principal().equals("User:" + PRINCIPALS.get(service))
            || !binding.pattern().name().equals(topic)
            || binding.entry().operation() != operation);
    assertThat(taken).hasSize(1);

    admin.deleteAcls(List.of(taken.getFirst().toFilter())).all().get();
    try {
      await()
          .atMost(NOTICED)
          .untilAsserted(() -> {
            assertThat(management.isReady()).isFalse();
            assertThat(management.health()).contains("not allowed", topic, operation.name());
          });
    } finally {
      admin.createAcls(taken).all().get();
    }

    await().atMost(NOTICED).until(management::isReady);
    try (Phone phone = Phone.register(pipeline(), "behind-" + service)) {
      String id = UUID.randomUUID().toString();
      provider().deliver(phone.token(), id, "{\"aps\":{}}");
      await().atMost(NOTICED).until(() -> phone.shown().equals(List.of(id)));
    }
    assertThat(pipeline().process(service).pid()).isEqualTo(pid);
  }

  @AfterAll
  void stopKafka() {
    if (admin != null) {
      admin.close(Duration.ZERO);
    }
    kafka.stop();
  }
}
