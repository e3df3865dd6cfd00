package dev.tidings.ingest.send.post;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.StreamedReader;
import dev.tidings.http.StreamingResponse;
import dev.tidings.ingest.broadcast.BroadcastResult;
import dev.tidings.ingest.limit.LimitRules;
import dev.tidings.ingest.send.SendBench;
import dev.tidings.net.limit.Rate;
import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.avro.Notification;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one request with one notification is answered. */
class PostNotificationsTest {
  private static final String ID = "0f0e0d0c-0b0a-4908-8706-050403020100";
  private static final String WITH_ID = ",\"id\":\"" + ID + "\"";

  private SendBench bench = new SendBench(LimitRules.Fixed.NONE);

  @AfterEach
  void close() {
    bench.close();
  }

  private void replace(SendBench other) {
    bench.close();
    bench = other;
  }

  private BodyReader begin(String... fields) {
    PostNotifications operation =
        new PostNotifications(
            bench.desk,
            bench.bodies,
            bench.bodies,
            Duration.ofSeconds(5),
            () -> bench.closing,
            Optional.empty());
    Map<CharSequence, CharSequence> headers = new HashMap<>();
    for (int i = 0; i < fields.length; i += 2) {
      headers.put(fields[i], fields[i + 1]);
    }
    return operation.serve(
        Request.of("POST", "/v1/notifications", headers.entrySet()), bench.new Client());
  }

  private Response send(String json) {
    return send(json, "content-type", "application/json; charset=utf-8");
  }

  private Response send(String json, String... fields) {
    BodyReader reader = begin(fields);
    byte[] bytes = json.getBytes(UTF_8);
    int half = bytes.length / 2;
    reader.part(Unpooled.wrappedBuffer(bytes, 0, half), false);
    reader.part(Unpooled.wrappedBuffer(bytes, half, bytes.length - half), true);
    reader.end();
    assertThat(bench.bodies.taken()).isZero();
    return bench.answers.getLast();
  }

  private static JsonNode tree(Response response) {
    try {
      return new ObjectMapper().readTree(response.body());
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, String> fields(Response response) {
    Map<String, String> fields = new HashMap<>();
    for (int i = 0; i < response.fields().length; i += 2) {
      fields.put(response.fields()[i].toString(), response.fields()[i + 1].toString());
    }
    return fields;
  }

  @Test
  void what_the_log_has_is_answered_with_202_its_id_its_token_and_its_time() {
    Response response =
        send(
            SendBench.json(
                "phone",
                WITH_ID + ",\"collapseId\":\"score\",\"deliverAt\":\"2026-11-30T12:00:00Z\""));

    assertThat(response.status().code()).isEqualTo(202);
    assertThat(fields(response)).containsEntry("content-type", "application/json");
    JsonNode answer = tree(response);
    assertThat(answer.get("id").asText()).isEqualTo(ID);
    assertThat(answer.get("uniqueId").asText()).startsWith("0f0e0d0c-0b0a-8");
    assertThat(answer.get("token").asText()).isEqualTo(SendBench.token("phone").hex());
    assertThat(answer.get("acceptedAt").asText()).isEqualTo("2026-11-29T12:00:00.000Z");
    Notification sent = bench.sent().getFirst();
    assertThat(sent.getId()).isEqualTo(ID);
    assertThat(sent.getApp()).isEqualTo("com.example.news");
    assertThat(UTF_8.decode(sent.getPayload()).toString()).isEqualTo("{\"n\": 1}");
    assertThat(sent.getCollapseId()).isEqualTo("score");
    assertThat(sent.getDeliverAt()).isEqualTo(SendBench.NOW.toEpochMilli() + 86_400_000);
    assertThat(sent.getAcceptedAt()).isEqualTo(SendBench.NOW.toEpochMilli());
    assertThat(bench.producer.history().getFirst().key()).isEqualTo(SendBench.token("phone").key());
    assertThat(bench.meters.get("tidings.ingest.accept.latency").timer().count()).isEqualTo(1);
  }

  private static String toTopic(String topic, String more) {
    return "{\"target\":{\"topic\":\""
        + topic
        + "\"},\"app\":\"com.example.news\",\"payload\":{\"n\": 1}"
        + more
        + "}";
  }

  @Test
  void a_broadcast_that_every_partition_has_is_answered_with_where_its_progress_is_told() {
    Response response =
        send(toTopic("goals", WITH_ID + ",\"over\":60,\"collapseId\":\"score\",\"ttl\":600"));

    assertThat(response.status().code()).isEqualTo(202);
    assertThat(fields(response))
        .containsEntry("location", "/v1/broadcasts/" + ID)
        .containsEntry("content-type", "application/json");
    assertThat(SendBench.body(response))
        .isEqualTo(
            "{\"id\":\""
                + ID
                + "\",\"broadcast\":\"/v1/broadcasts/"
                + ID
                + "\",\"acceptedAt\":\"2025-11-29T12:00:00.000Z\"}");
    Broadcast sent = bench.broadcasts.sent.getFirst();
    assertThat(sent.getApp()).isEqualTo("com.example.news");
    assertThat(sent.getCondition()).isEqualTo("'goals' in topics");
    assertThat(sent.getSpreadMillis()).isEqualTo(60_000);
    Notification notification = sent.getNotification();
    assertThat(notification.getId()).isEqualTo(ID);
    assertThat(notification.getApp()).isEqualTo("com.example.news");
    assertThat(notification.getCollapseId()).isEqualTo("score");
    assertThat(notification.getExpiration()).isEqualTo(SendBench.NOW.toEpochMilli() + 600_000);
    assertThat(UTF_8.decode(notification.getPayload()).toString()).isEqualTo("{\"n\": 1}");
    assertThat(bench.sent()).isEmpty();
  }

  @Test
  void a_dry_run_of_a_broadcast_sends_nothing() {
    Response response = send(toTopic("goals", WITH_ID + ",\"dryRun\":true"));

    assertThat(response.status().code()).isEqualTo(200);
    assertThat(SendBench.body(response)).isEqualTo("{\"id\":\"" + ID + "\",\"dryRun\":true}");
    assertThat(bench.broadcasts.sent).isEmpty();
  }

  @Test
  void a_broadcast_too_many_is_told_which_limit_it_exceeds_and_when_it_may_come_again() {
    for (int i = 0; i < 3; i++) {
      assertThat(send(toTopic("goals", "")).status().code()).isEqualTo(202);
      bench.broadcasts.read();
    }
    Response atATime = send(toTopic("goals", ""));
    assertThat(atATime.status().code()).isEqualTo(429);
    assertThat(fields(atATime)).containsEntry("retry-after", "10");
    assertThat(tree(atATime).get("limit").asText()).isEqualTo("broadcasts");
    assertThat(tree(atATime).get("detail").asText()).contains("at most 3");

    // Of another app, which nobody owns either.
    for (int i = 0; i < 5; i++) {
      send(toTopic("goals", WITH_ID).replace("news", "mail"));
    }
    Response tooFast = send(toTopic("goals", WITH_ID).replace("news", "mail"));
    assertThat(tooFast.status().code()).isEqualTo(429);
    assertThat(fields(tooFast)).containsEntry("retry-after", "12");
    assertThat(tree(tooFast).get("limit").asText()).isEqualTo("broadcasts-per-minute");
    assertThat(tree(tooFast).get("retryAfter").asInt()).isEqualTo(12);
  }

  @Test
  void the_id_of_another_broadcast_is_refused_and_the_same_again_is_not() {
    assertThat(send(toTopic("goals", WITH_ID)).status().code()).isEqualTo(202);
    bench.broadcasts.read();
    assertThat(send(toTopic("goals", WITH_ID)).status().code()).isEqualTo(202);

    Response other = send(toTopic("scores", WITH_ID));
    assertThat(other.status().code()).isEqualTo(409);
    assertThat(tree(other).get("errors").get(0).get("field").asText()).isEqualTo("id");
    assertThat(send(toTopic("goals", WITH_ID).replace("news", "mail")).status().code())
        .isEqualTo(409);
    assertThat(bench.broadcasts.sent).hasSize(2);
  }

  @Test
  void a_broadcast_that_not_every_partition_took_is_to_be_sent_again_with_its_id() {
    bench.broadcasts.fault = new BroadcastResult.NotWritten();
    Response response = send(toTopic("goals", WITH_ID));
    assertThat(response.status().code()).isEqualTo(503);
    assertThat(fields(response)).containsEntry("retry-after", "1");
    assertThat(tree(response).get("detail").asText()).contains("with the same id");

    bench.broadcasts.fault = null;
    bench.broadcasts.known = false;
    assertThat(send(toTopic("goals", WITH_ID)).status().code()).isEqualTo(503);
  }

  @Test
  void a_dry_run_checks_everything_and_sends_nothing() {
    replace(new SendBench(new LimitRules.Fixed(null, null, new Rate(1, 1), null)));
    for (int i = 0; i < 3; i++) {
      Response response = send(SendBench.json("phone", ",\"dryRun\":true"));
      assertThat(response.status().code()).isEqualTo(200);
      assertThat(tree(response).get("dryRun").asBoolean()).isTrue();
    }
    assertThat(send(SendBench.json("lost", ",\"dryRun\":true")).status().code()).isEqualTo(410);
    assertThat(bench.sent()).isEmpty();
  }

  @Test
  void a_problem_names_the_field_the_value_and_what_was_expected() {
    Response response = send(SendBench.json("phone", ",\"ttl\":-1,\"pushType\":\"l\u00f6ud\""));

    assertThat(response.status().code()).isEqualTo(400);
    assertThat(fields(response)).containsEntry("content-type", "application/problem+json");
    assertThat(SendBench.body(response)).isPrintable().contains("l\\u00F6ud");
    JsonNode problem = tree(response);
    assertThat(problem.get("title").asText()).isEqualTo("Bad Request");
    assertThat(problem.get("status").asInt()).isEqualTo(400);
    JsonNode ttl = problem.get("errors").get(0);
    assertThat(ttl.get("field").asText()).isEqualTo("ttl");
    assertThat(ttl.get("value").asText()).isEqualTo("-1");
    assertThat(ttl.get("expected").asText()).startsWith("a whole number of seconds");
    assertThat(problem.get("errors").get(1).get("value").asText()).isEqualTo("l\u00f6ud");
    assertThat(problem.get("detail").asText()).contains("ttl: -1 (expected: ", "; pushType: ");
    assertThat(bench.refused(400)).isEqualTo(1);
  }

  @Test
  void a_token_that_is_forged_of_another_app_or_revoked_is_told_so() {
    String forged = SendBench.json("phone", "").replaceAll("[0-9a-f]{64}", "0".repeat(64));
    assertThat(tree(send(forged)).get("errors").get(0).get("field").asText())
        .isEqualTo("target.token");
    assertThat(bench.answers.getLast().status().code()).isEqualTo(400);

    String other = SendBench.json("phone", "").replace("com.example.news", "com.example.other");
    JsonNode problem = tree(send(other));
    assertThat(problem.get("status").asInt()).isEqualTo(400);
    assertThat(problem.get("detail").asText())
        .contains("a token for com.example.other")
        .doesNotContain(SendBench.token("phone").hex());

    Response revoked = send(SendBench.json("lost", ""));
    assertThat(revoked.status().code()).isEqualTo(410);
    assertThat(tree(revoked).get("since").asText()).isEqualTo("2023-11-14T22:13:20.123Z");
    assertThat(bench.sent()).isEmpty();
  }

  @Test
  void mdm_needs_a_certificate() {
    assertThat(send(SendBench.json("phone", ",\"pushType\":\"mdm\"")).status().code())
        .isEqualTo(403);
  }

  @Test
  void too_many_are_refused_with_the_limit_and_when_again() {
    replace(new SendBench(new LimitRules.Fixed(null, null, new Rate(1, 1), null)));
    send(SendBench.json("phone", ""));

    Response response = send(SendBench.json("phone", ""));

    assertThat(response.status().code()).isEqualTo(429);
    assertThat(fields(response))
        .containsEntry("retry-after", "1")
        .containsEntry("ratelimit", "\"token\";r=0;t=1");
    assertThat(tree(response).get("limit").asText()).isEqualTo("token");
    assertThat(tree(response).get("retryAfter").asInt()).isEqualTo(1);
    assertThat(send(SendBench.json("tablet", "")).status().code()).isEqualTo(202);
    assertThat(bench.sent()).hasSize(2);
  }

  @Test
  void too_many_from_one_address_are_refused_before_anything_of_them_is_looked_at() {
    replace(new SendBench(new LimitRules.Fixed(null, null, null, new Rate(1, 1))));
    send("nothing that is understood");

    assertThat(send(SendBench.json("phone", "")).status().code()).isEqualTo(429);
    assertThat(tree(bench.answers.getLast()).get("limit").asText()).isEqualTo("address");
  }

  @Test
  void what_the_log_does_not_take_is_answered_with_503_and_what_finds_no_place_with_429() {
    replace(new SendBench(LimitRules.Fixed.NONE, 1, false));
    BodyReader reader = begin("content-type", "application/json");
    reader.part(Unpooled.copiedBuffer(SendBench.json("phone", WITH_ID), UTF_8), true);
    reader.end();
    assertThat(bench.answers).isEmpty();

    Response second = send(SendBench.json("phone", ""));
    assertThat(second.status().code()).isEqualTo(429);
    assertThat(fields(second)).containsEntry("retry-after", "1");

    bench.producer.errorNext(new TimeoutException("the log is away"));
    assertThat(bench.answers.getLast().status().code()).isEqualTo(503);
    assertThat(fields(bench.answers.getLast())).containsEntry("retry-after", "1");
    assertThat(bench.inFlight.count()).isZero();
  }

  @Test
  void another_media_type_and_an_encoded_body_are_refused_with_what_is_accepted() {
    for (String[] head :
        List.of(
            new String[] {},
            new String[] {"content-type", "text/plain"},
            new String[] {"content-type", "application/json", "content-encoding", "gzip"})) {
      Response response = send(SendBench.json("phone", ""), head);
      assertThat(response.status().code()).isEqualTo(415);
      assertThat(fields(response).get("accept")).contains("application/json");
    }
    assertThat(
            send(SendBench.json("phone", ""), "Content-Type", "Application/JSON").status().code())
        .isEqualTo(202);
  }

  @Test
  void what_is_longer_than_any_notification_is_refused() {
    assertThat(send(SendBench.json("phone", " ".repeat(16 * 1024))).status().code()).isEqualTo(413);
    assertThat(bench.sent()).isEmpty();
  }

  @Test
  void a_node_that_is_stopping_sends_its_clients_elsewhere() {
    bench.closing = true;
    assertThat(send(SendBench.json("phone", "")).status().code()).isEqualTo(503);
    assertThat(bench.goneAway).isTrue();
  }

  @Test
  void lines_are_answered_by_a_stream_that_begins_at_once() {
    for (String type : List.of("application/x-ndjson", "application/jsonl")) {
      assertThat(begin("content-type", type)).isInstanceOf(StreamedReader.class);
      assertThat(bench.answers.getLast()).isInstanceOf(StreamingResponse.class);
      assertThat(fields(bench.answers.getLast()))
          .containsEntry("content-type", "application/x-ndjson");
    }
  }

  @Test
  void requests_of_one_connection_are_taken_in_their_order() {
    assertThat(begin("content-type", "application/json").order())
        .isNotNull()
        .isEqualTo(begin("content-type", "application/json").order());
  }
}
