package dev.tidings.infra.pipeline;

import dev.tidings.infra.stack.LocalStack;
import dev.tidings.infra.stack.Progress;
import dev.tidings.infra.topics.SchemaProvisioner;
import dev.tidings.infra.topics.TopicOutcome;
import dev.tidings.infra.topics.TopicProvisioner;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;

/** Creates what the services expect: topics and schemas. */
record Provisioning(LocalStack stack, TopicNames names, int partitions, Progress progress) {

  void topics() throws InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers()))) {
      List<TopicOutcome> outcomes =
          new TopicProvisioner(admin, partitions, Optional.empty()).provision(names);
      long created = outcomes.stream().filter(TopicOutcome.Created.class::isInstance).count();
      progress.step("%d topics, %d of them new".formatted(outcomes.size(), created));
    }
  }

  void schemas() {
    var config = RegistryConfig.of(Map.of(RegistryConfig.URL, stack.registryUrl()));
    try (var registry = new RegistryClient(config)) {
      progress.step(new SchemaProvisioner(registry).provision(names) + " schemas are registered");
    }
  }
}
