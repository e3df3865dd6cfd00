package dev.tidings.e2e;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.topics.TopicProvisioner;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** The journeys on a broker in a container; see infra/containers. */
@Tag("container")
class PipelineContainerIT extends PipelineJourneys {
  private static final DockerImageName IMAGE =
      DockerImageName.parse("tidings/kafka:4.3.1").asCompatibleSubstituteFor("apache/kafka");

  private final KafkaContainer kafka = new KafkaContainer(IMAGE);

  @Override
  PipelineOptions options(Path directory) throws Exception {
    kafka.start();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.getBootstrapServers()))) {
      new TopicProvisioner(admin, LogTopics.DEFAULT_PARTITIONS, Optional.of((short) 1))
          .provision(TopicNames.PLAIN);
    }
    PipelineOptions options = PipelineOptions.in(directory);
    for (TidingsService service : TidingsService.values()) {
      options = options.with(service, "kafka.bootstrap.servers", kafka.getBootstrapServers());
    }
    return options;
  }

  @Override
  String bootstrapServers(Pipeline running) {
    return kafka.getBootstrapServers();
  }

  @AfterAll
  void stopKafka() {
    kafka.stop();
  }
}
