package dev.tidings.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.ports.Ports;
import dev.tidings.infra.stack.LocalStack;
import dev.tidings.infra.stack.StackOptions;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.NotificationId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows G61 of docs/guarantees.md. */
class TopicsCommandIT {
  @TempDir Path data;

  @Test
  void topics_are_created_once_and_what_can_be_set_is_set_and_the_rest_told() throws Exception {
    try (LocalStack stack = LocalStack.start(StackOptions.in(data))) {
      Result created = create(stack, "--schema-registry-url", stack.registryUrl());
      assertThat(created.exitCode()).isZero();
      assertThat(created.out())
          .contains("tidings.notifications: created with 8 partitions")
          .contains("schemas are registered");

      assertThat(created.out()).contains("tidings-streams-processor-waiting-changelog: created");

      Result examined = examine(stack);
      assertThat(examined.exitCode()).isEqualTo(1);
      assertThat(examined.out())
          .containsPattern("ok +Kafka +%s: 1 broker".formatted(stack.bootstrapServers()))
          .containsPattern("ok +topics +%d, as expected; 8 part".formatted(LogTopics.all().size()))
          .containsPattern("ok +schema registry")
          .containsPattern("ok +clock +agrees with that of controller 1")
          .containsPattern("(ok|weak) +broker disks +broker 1: .* MiB free")
          .containsPattern("ok +broker addresses +all advertised addresses answer")
          .containsPattern("ok +node addresses +delivery nodes that answer from here: 0")
          .doesNotContainPattern("FAIL +(broker|offsets|clock)")
          .containsPattern("FAIL +service at .*nobody answers there");

      assertStopsOnlyWhatThereIs(stack);
      assertTheDoctorLooksAtTheTopicsOfOneInstallation(stack);

      spoil(stack);
      assertThat(examine(stack).out())
          .containsPattern("FAIL +topics +tidings.registrations: cleanup.policy: delete");
      Result repaired = create(stack);
      assertThat(repaired.exitCode()).isZero();
      assertThat(repaired.out().lines())
          .containsSequence(
              "tidings.registrations: set anew", "  cleanup.policy: delete (expected: compact)");

      Result different = create(stack, "--partitions", "4");
      assertThat(different.exitCode()).isEqualTo(3);
      assertThat(different.out().lines())
          .containsSequence("tidings.deliveries: different", "  partitions: 8 (expected: 4)");

      Result again = create(stack);
      assertThat(again.exitCode()).isZero();
      assertThat(again.out().lines())
          .hasSameSizeAs(LogTopics.all())
          .allMatch(line -> line.endsWith(": as expected"));
    }
  }

  private static void assertStopsOnlyWhatThereIs(LocalStack stack) {
    Result unknown = broadcast(stack, "stop", NotificationId.random().value());
    assertThat(unknown.exitCode()).isEqualTo(3);
    assertThat(unknown.out()).contains("no partition knows").doesNotContain("written");

    String id = NotificationId.random().value();
    Result sent =
        broadcast(
            stack,
            "send",
            "goals",
            "--app",
            "com.example",
            "--title",
            "x",
            "--ttl",
            "0s",
            "--id",
            id);
    assertThat(sent.exitCode()).as(sent::out).isZero();
    Result stopped = broadcast(stack, "stop", id);
    assertThat(stopped.exitCode()).as(stopped::out).isZero();
    assertThat(stopped.out()).contains("written to 8 partitions");
  }

  private static void assertTheDoctorLooksAtTheTopicsOfOneInstallation(LocalStack stack) {
    String[] other = {"--topic-prefix", "staging."};
    assertThat(examine(stack, other).out())
        .containsPattern("FAIL +topics +staging.tidings.notifications is missing")
        .containsPattern(
            "\\./tidings topics create --bootstrap-servers localhost:\\d+ --topic-prefix"
                + " staging\\.");

    assertThat(create(stack, other).exitCode()).isZero();

    assertThat(examine(stack, other).out())
        .containsPattern("ok +topics +%d, as expected; 8 part".formatted(LogTopics.all().size()));
  }

  private static Result broadcast(LocalStack stack, String... arguments) {
    List<String> all = new ArrayList<>(List.of("broadcast"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--bootstrap-servers", stack.bootstrapServers()));
    all.addAll(List.of("--schema-registry-url", stack.registryUrl()));
    return run(all.toArray(String[]::new));
  }

  private static void spoil(LocalStack stack) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers()))) {
      ConfigResource topic =
          new ConfigResource(ConfigResource.Type.TOPIC, LogTopics.REGISTRATIONS.name());
      ConfigEntry policy = new ConfigEntry("cleanup.policy", "delete");
      admin
          .incrementalAlterConfigs(
              Map.of(topic, List.of(new AlterConfigOp(policy, AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  private record Result(int exitCode, String out) {}

  private static Result examine(LocalStack stack, String... more) {
    List<String> all = new ArrayList<>(List.of("doctor", "--management"));
    all.add("localhost:" + Ports.free());
    all.addAll(List.of("--bootstrap-servers", stack.bootstrapServers()));
    all.addAll(List.of("--schema-registry-url", stack.registryUrl()));
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  private static Result run(String... arguments) {
    var out = new StringWriter();
    var command = Tidings.commandLine(new PrintWriter(out, true), new PrintWriter(out, true));
    return new Result(command.execute(arguments), out.toString());
  }

  private static Result create(LocalStack stack, String... more) {
    String[] arguments = {"topics", "create", "--bootstrap-servers", stack.bootstrapServers()};
    String[] all = new String[arguments.length + more.length];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return run(all);
  }
}
