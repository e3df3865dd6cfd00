package dev.tidings.ingest.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.Router;
import dev.tidings.ingest.limit.LimitRules;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.send.SendBench;
import dev.tidings.ingest.testing.ApiKeys;
import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeliveryTime;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.PushType;
import dev.tidings.schemas.value.TopicCondition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is told how far a broadcast has come, and who may stop it. */
class BroadcastOperationsTest {
  private static final NotificationId ID =
      new NotificationId("0f0e0d0c-0b0a-4908-8706-050403020100");
  private static final String PATH = "/v1/broadcasts/" + ID;

  private final ApiKeys keys = new ApiKeys();
  private final InMemoryBroadcasts log = new InMemoryBroadcasts(2);
  private final SendBench bench = new SendBench(LimitRules.Fixed.NONE);

  @AfterEach
  void close() {
    bench.close();
  }

  private Response ask(String method, String path, @Nullable String secret) {
    Router.Builder routes = Router.builder(Problem.RESPONSES);
    BroadcastOperations all =
        new BroadcastOperations(
            log, secret == null ? Optional.empty() : Optional.of(keys.gate()), SendLimits.none());
    for (Operation operation : all.operations()) {
      routes.add(operation);
    }
    List<Map.Entry<CharSequence, CharSequence>> fields =
        secret == null ? List.of() : List.of(Map.entry("authorization", "Bearer " + secret));
    int before = bench.answers.size();
    BodyReader body = routes.build().serve(Request.of(method, path, fields), bench.new Client());
    body.end();
    assertThat(bench.answers).hasSize(before + 1);
    return bench.answers.getLast();
  }

  private void send(String app) {
    log.send(
        new NewBroadcast(
            ID,
            new AppId(app),
            TopicCondition.of(new BroadcastTopic("goals")),
            Expiration.NEVER,
            Priority.IMMEDIATE,
            null,
            PushType.ALERT,
            DeliveryTime.NOW,
            Duration.ZERO,
            null),
        new byte[0],
        _ -> {});
  }

  private static int status(Response response) {
    return response.status().code();
  }

  private static JsonNode json(Response response) {
    try {
      return new ObjectMapper().readTree(response.body());
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void how_far_it_has_come_is_told_even_of_one_that_was_not_read_yet() {
    send("com.example.news");
    JsonNode waiting = json(ask("GET", PATH, null));
    assertThat(waiting.get("id").asText()).isEqualTo(ID.value());
    assertThat(waiting.get("app").asText()).isEqualTo("com.example.news");
    assertThat(waiting.get("condition").asText()).isEqualTo("'goals' in topics");
    assertThat(waiting.get("state").asText()).isEqualTo("waiting");
    assertThat(waiting.has("total")).isFalse();
    assertThat(waiting.get("partitions").get("waiting").asInt()).isEqualTo(2);

    for (int partition = 0; partition < 2; partition++) {
      log.progress(
          ID,
          partition,
          Broadcast.newBuilder()
              .setApp("com.example.news")
              .setCondition("'goals' in topics")
              .setStartedAt(0L)
              .setSeen(7L)
              .setSent(5L)
              .setEndedAt(1_000L)
              .setEnding("completed")
              .build());
    }
    JsonNode done = json(ask("GET", PATH, null));
    assertThat(done.get("state").asText()).isEqualTo("completed");
    assertThat(done.get("sent").asInt()).isEqualTo(10);
    assertThat(done.get("subscribers").asInt()).isEqualTo(14);
    assertThat(done.get("total").asInt()).isEqualTo(14);
    assertThat(done.get("endedAt").asText()).isEqualTo("1970-01-01T00:00:01Z");
    assertThat(done.get("partitions").get("ended").asInt()).isEqualTo(2);
    // There is nothing left to stop.
    assertThat(status(ask("DELETE", PATH, null))).isEqualTo(200);
    assertThat(log.stopped).isEmpty();
  }

  @Test
  void it_is_stopped_in_every_partition_as_often_as_one_likes() {
    send("com.example.news");
    for (int i = 0; i < 2; i++) {
      Response response = ask("DELETE", PATH, null);
      assertThat(status(response)).isEqualTo(202);
      assertThat(json(response).get("state").asText()).isEqualTo("stopping");
    }
    assertThat(log.stopped).containsExactly(ID, ID);
    log.read();
    assertThat(json(ask("GET", PATH, null)).get("state").asText()).isEqualTo("stopping");
  }

  @Test
  void another_teams_is_answered_as_one_that_does_not_exist() {
    String own = keys.add("KEY0000001", "A", null);
    String other = keys.add("KEY0000002", "B", null);
    String otherApp = keys.add("KEY0000003", "A", List.of("com.example.mail"));
    String nobody = "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404";
    assertThat(SendBench.body(ask("GET", PATH, own))).startsWith(nobody);
    send("com.example.news");

    assertThat(status(ask("GET", PATH, own))).isEqualTo(200);
    for (String secret : List.of(other, otherApp)) {
      assertThat(SendBench.body(ask("GET", PATH, secret))).startsWith(nobody);
      assertThat(SendBench.body(ask("DELETE", PATH, secret))).startsWith(nobody);
    }
    assertThat(log.stopped).isEmpty();
    assertThat(status(ask("DELETE", PATH, own))).isEqualTo(202);
    assertThat(status(ask("GET", PATH, "tid_none"))).isEqualTo(401);
  }

  @Test
  void nobody_is_told_that_there_is_none_while_that_is_not_known() {
    log.known = false;
    assertThat(status(ask("GET", PATH, null))).isEqualTo(503);
    log.known = true;
    assertThat(status(ask("GET", PATH, null))).isEqualTo(404);
    log.crowded = true;
    assertThat(status(ask("GET", PATH, null))).isEqualTo(503);
    assertThat(status(ask("GET", "/v1/broadcasts/7", null))).isEqualTo(400);
  }

  @Test
  void a_stop_that_the_log_does_not_take_is_to_be_asked_for_again() {
    send("com.example.news");
    log.read();
    log.fault = new BroadcastResult.NotWritten();
    assertThat(status(ask("DELETE", PATH, null))).isEqualTo(503);
  }
}
