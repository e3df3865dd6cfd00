package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The topic of deliveries is deleted and made anew while everything runs. */
class TopicMadeAnewIT {
  private static final String DELIVERIES = "tidings.deliveries";
  private static final int BEFORE = 10;
  private static final int AFTER = 3;

  /** A producer may try what it sent to the old topic for two minutes. */
  private static final Duration SERVED_AGAIN = Duration.ofMinutes(3);

  @TempDir Path data;

  private final List<String> sent = new ArrayList<>();

  @Test
  void what_comes_then_is_delivered_and_what_was_parked_is_not_lost() throws Exception {
    try (Pipeline pipeline = Pipeline.start(PipelineOptions.in(data));
        Provider provider = new Provider(pipeline);
        Phone here = Phone.register(pipeline, "here")) {
      String away;
      try (Phone phone = Phone.register(pipeline, "away")) {
        away = phone.token();
      }
      List<String> missed = send(provider, away, BEFORE);
      List<String> seen = send(provider, here.token(), BEFORE);
      await().atMost(Duration.ofSeconds(60)).until(() -> here.shown().equals(seen));
      for (String id : missed) {
        provider.awaitParked(id);
      }

      makeAnew(pipeline.stack().bootstrapServers());

      missed.addAll(send(provider, away, AFTER));
      seen.addAll(send(provider, here.token(), AFTER));
      await().atMost(SERVED_AGAIN).until(() -> here.shown().containsAll(seen));
      try (Phone back = Phone.connect(pipeline, "away")) {
        await().atMost(SERVED_AGAIN).until(() -> back.shown().containsAll(missed));
        assertThat(back.shown()).containsExactlyInAnyOrderElementsOf(missed);
        // What was sent in the moment of the change may have another order.
        assertThat(back.shown()).startsWith(missed.subList(0, BEFORE).toArray(String[]::new));
      }
    }
  }

  private List<String> send(Provider provider, String token, int count) throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = Ids.of(1, sent.size());
      sent.add(id);
      provider.deliver(token, id, "{\"aps\":{\"alert\":\"" + i + "\"}}");
      ids.add(id);
    }
    return ids;
  }

  private static void makeAnew(String brokers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
      int partitions =
          admin
              .describeTopics(Set.of(DELIVERIES))
              .allTopicNames()
              .get()
              .get(DELIVERIES)
              .partitions()
              .size();
      admin.deleteTopics(Set.of(DELIVERIES)).all().get();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> !admin.listTopics().names().get().contains(DELIVERIES));
      admin.createTopics(Set.of(new NewTopic(DELIVERIES, partitions, (short) 1))).all().get();
    }
  }
}
