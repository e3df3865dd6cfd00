package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An installation whose names in the log have a prefix. */
class TopicPrefixIT {
  private static final String PREFIX = "staging.";

  @TempDir Path data;

  @Test
  void a_notification_arrives_and_no_topic_group_or_subject_is_without_the_prefix()
      throws Exception {
    PipelineOptions options = PipelineOptions.in(data);
    for (TidingsService service : TidingsService.values()) {
      options = options.with(service, "topic.prefix", PREFIX);
    }
    try (Pipeline pipeline = Pipeline.start(options);
        Provider provider = new Provider(pipeline);
        Phone here = Phone.register(pipeline, "here");
        HttpClient http = HttpClient.newHttpClient();
        Admin admin =
            Admin.create(Map.of("bootstrap.servers", pipeline.stack().bootstrapServers()))) {
      String away;
      try (Phone phone = Phone.register(pipeline, "away")) {
        away = phone.token();
      }
      provider.deliver(here.token(), Ids.of(1, 1), "{\"aps\":{\"alert\":\"hot\"}}");
      provider.deliver(away, Ids.of(1, 2), "{\"aps\":{\"alert\":\"parked\"}}");
      await().atMost(Duration.ofSeconds(60)).until(() -> here.shown().contains(Ids.of(1, 1)));
      provider.awaitDelivered(Ids.of(1, 1));
      provider.awaitParked(Ids.of(1, 2));
      try (Phone back = Phone.connect(pipeline, "away")) {
        await().atMost(Duration.ofSeconds(60)).until(() -> back.shown().contains(Ids.of(1, 2)));
      }

      assertThat(admin.listTopics().names().get())
          .isNotEmpty()
          .allMatch(name -> name.startsWith(PREFIX));
      assertThat(admin.listGroups().all().get())
          .extracting(GroupListing::groupId)
          .hasSize(5)
          .allMatch(name -> name.startsWith(PREFIX));
      HttpRequest subjects =
          HttpRequest.newBuilder(URI.create(pipeline.stack().registryUrl() + "/subjects")).build();
      assertThat(http.send(subjects, HttpResponse.BodyHandlers.ofString()).body())
          .startsWith("[\"" + PREFIX)
          .doesNotContain("\"tidings.");
    }
  }
}
