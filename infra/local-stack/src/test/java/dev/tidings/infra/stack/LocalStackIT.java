package dev.tidings.infra.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidings.infra.topics.SchemaProvisioner;
import dev.tidings.infra.topics.TopicOutcome;
import dev.tidings.infra.topics.TopicProvisioner;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStackIT {
  @TempDir Path directory;

  /** Its directory may have any name, also with letters beyond ASCII and with blanks. */
  @Test
  void a_stack_keeps_its_data_over_a_restart_and_leaves_nothing_behind() throws Exception {
    Path data = directory.resolve("Дом и сад");
    String keys;
    int notificationSchema;
    ProcessHandle broker;
    try (LocalStack stack = LocalStack.start(StackOptions.in(data))) {
      assertThat(provisionTopics(stack)).hasOnlyElementsOfType(TopicOutcome.Created.class);
      notificationSchema = provisionSchemas(stack);
      keys = stack.tokenKeys();
      broker = ProcessHandle.of(stack.broker().pid()).orElseThrow();

      StackOptions sameData = StackOptions.in(data);
      assertThatThrownBy(() -> LocalStack.start(sameData))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid() + " already uses");
    }
    assertThat(broker.isAlive()).isFalse();
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();

    try (LocalStack stack = LocalStack.start(StackOptions.in(data))) {
      assertThat(provisionTopics(stack)).hasOnlyElementsOfType(TopicOutcome.AsExpected.class);
      assertThat(provisionSchemas(stack)).isEqualTo(notificationSchema);
      assertThat(stack.tokenKeys()).isEqualTo(keys);
      assertThat(provisionTopics(stack, 4))
          .hasSameSizeAs(LogTopics.all())
          .filteredOn(outcome ->
              !Set.of(
                      LogTopics.CHANNELS.name(),
                      LogTopics.CONTROL.name(),
                      LogTopics.AUDIT.name(),
                      LogTopics.REPLAYS.name())
                  .contains(outcome.topic()))
          .hasOnlyElementsOfType(TopicOutcome.Differs.class);
      refusesAnIncompatibleSchema(stack);

      stack.broker().kill();
      stack.restartBroker();
      assertThat(provisionTopics(stack)).hasOnlyElementsOfType(TopicOutcome.AsExpected.class);
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> ProcessHandle.current().children().toList(), List::isEmpty);
  }

  private static void refusesAnIncompatibleSchema(LocalStack stack) {
    var incompatible =
        SchemaBuilder.record("Notification")
            .namespace("dev.tidings.schemas.avro")
            .fields()
            .requiredString("neverThereBefore")
            .endRecord();
    try (var registry = client(stack)) {
      assertThatThrownBy(() -> registry.register(LogTopics.NOTIFICATIONS.subject(), incompatible))
          .isInstanceOf(RegistryException.Refused.class);
    }
  }

  private static List<TopicOutcome> provisionTopics(LocalStack stack) throws InterruptedException {
    return provisionTopics(stack, LogTopics.DEFAULT_PARTITIONS);
  }

  private static List<TopicOutcome> provisionTopics(LocalStack stack, int partitions)
      throws InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers()))) {
      return new TopicProvisioner(admin, partitions, Optional.empty()).provision(TopicNames.PLAIN);
    }
  }

  /** Returns the id of the notifications' schema. */
  private static int provisionSchemas(LocalStack stack) {
    try (var registry = client(stack)) {
      assertThat(new SchemaProvisioner(registry).provision(TopicNames.PLAIN)).isPositive();
      return registry.id(
          LogTopics.NOTIFICATIONS.subject(), LogTopics.NOTIFICATIONS.schema().orElseThrow());
    }
  }

  private static RegistryClient client(LocalStack stack) {
    return new RegistryClient(
        RegistryConfig.of(
            Map.of(
                RegistryConfig.URL, stack.registryUrl(), RegistryConfig.AUTO_REGISTER, "false")));
  }
}
