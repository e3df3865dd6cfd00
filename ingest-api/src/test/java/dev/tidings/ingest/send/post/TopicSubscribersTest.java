package dev.tidings.ingest.send.post;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.http.BodyReader;
import dev.tidings.http.BodyWriter;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.StreamingResponse;
import dev.tidings.http.route.Operation;
import dev.tidings.ingest.limit.LimitRules;
import dev.tidings.ingest.send.SendBench;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.value.NotificationId;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code PUT} and {@code DELETE /v1/topics/{topic}/subscribers}: G133 and G147. */
final class TopicSubscribersTest {
  private static final String PATH = "/v1/topics/goals/subscribers";
  private static final String APP = "?app=com.example.news";

  private final SendBench bench = new SendBench(LimitRules.Fixed.NONE);

  @AfterEach
  void close() {
    bench.close();
  }

  private BodyReader begin(String method, String target, String type) {
    List<Operation> operations =
        new PostNotifications(
                bench.desk,
                bench.bodies,
                bench.bodies,
                Duration.ofSeconds(5),
                () -> bench.closing,
                Optional.empty())
            .subscribers(() -> SendBench.NOW);
    Operation operation =
        operations.stream().filter(each -> each.method().equals(method)).findFirst().orElseThrow();
    Request head =
        Request.of(
            method, target, Map.<CharSequence, CharSequence>of("content-type", type).entrySet());
    assertThat(operation.path().matches(head.path())).isTrue();
    return operation.serve(
        head,
        bench.new Client() {
          @Override
          public void consumed(int bytes) {
            // As many as come.
          }
        });
  }

  private Response send(String method, String target, String json) {
    BodyReader reader = begin(method, target, "application/json");
    reader.part(Unpooled.wrappedBuffer(json.getBytes(UTF_8)), true);
    reader.end();
    return bench.answers.getLast();
  }

  private static String token(String device) {
    return "{\"token\":\"" + SendBench.token(device).hex() + "\"}";
  }

  private static JsonNode tree(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"PUT,goals,", "DELETE,,goals"})
  void one_is_given_to_the_log_with_its_token_and_answered_when_that_has_it(
      String method, String joins, String leaves) {
    Response response = send(method, PATH + APP, token("phone"));

    assertThat(response.status().code()).isEqualTo(202);
    assertThat(tree(SendBench.body(response)))
        .isEqualTo(
            tree(
                "{\"token\":\""
                    + SendBench.token("phone").hex()
                    + "\",\"acceptedAt\":\"2026-11-29T12:00:00.000Z\"}"));
    Notification sent = bench.sent().getFirst();
    assertThat(sent.getJoins()).isEqualTo(joins);
    assertThat(sent.getLeaves()).isEqualTo(leaves);
    assertThat(sent.getApp()).isEqualTo("com.example.news");
    assertThat(sent.getPayload().remaining()).isZero();
    assertThat(NotificationId.parse(sent.getId())).isNotNull();
    assertThat(bench.producer.history().getFirst().key()).isEqualTo(SendBench.token("phone").key());
    assertThat(bench.meters.get("tidings.ingest.topic.changes").counter().count()).isEqualTo(1);
    assertThat(bench.meters.get("tidings.ingest.accept.latency").timer().count()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"user:42,user:42", "tag%3Avip,tag:vip", "user:a%2540b.c,user:a%40b.c"})
  void a_user_and_a_tag_are_given_as_a_topic_is_joined(String path, String joins) {
    Response response = send("PUT", "/v1/topics/" + path + "/subscribers" + APP, token("phone"));

    assertThat(response.status().code()).isEqualTo(202);
    assertThat(bench.sent().getFirst().getJoins()).isEqualTo(joins);
  }

  @Test
  void a_name_with_a_colon_that_is_neither_a_user_nor_a_tag_is_told_what_was_expected() {
    Response response = send("PUT", "/v1/topics/group:42/subscribers" + APP, token("phone"));

    assertThat(tree(SendBench.body(response)).at("/errors/0"))
        .isEqualTo(
            tree(
                "{\"field\":\"topic\",\"value\":\"group:42\",\"expected\":\"one without a colon,"
                    + " or user: or tag: and a name\"}"));
  }

  @Test
  void a_notification_has_no_topic_to_join_or_leave() {
    BodyReader reader =
        new PostNotifications(
                bench.desk,
                bench.bodies,
                bench.bodies,
                Duration.ofSeconds(5),
                () -> false,
                Optional.empty())
            .serve(
                Request.of(
                    "POST",
                    "/v1/notifications",
                    Map.<CharSequence, CharSequence>of("content-type", "application/json")
                        .entrySet()),
                bench.new Client());
    reader.part(Unpooled.wrappedBuffer(SendBench.json("phone", "").getBytes(UTF_8)), true);
    reader.end();

    assertThat(bench.sent().getFirst().getJoins()).isNull();
    assertThat(bench.sent().getFirst().getLeaves()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/topics/goals/subscribers|app",
        "/v1/topics/goals/subscribers?app=a%20b|app",
        "/v1/topics/group:42/subscribers?app=com.example.news|topic",
        "/v1/topics/User%3A42/subscribers?app=com.example.news|topic",
        "/v1/topics/user:/subscribers?app=com.example.news|topic",
        "/v1/topics/:user:1/subscribers?app=com.example.news|topic",
        "/v1/topics/tag:%C3%BC/subscribers?app=com.example.news|topic",
        "/v1/topics/a%20b/subscribers?app=com.example.news|topic",
        "/v1/topics/a%2/subscribers?app=com.example.news|path or query",
      })
  void a_topic_or_an_app_that_is_none_is_refused_before_the_body_is_read(
      String target, String field) {
    assertThat(begin("PUT", target, "application/x-ndjson")).isSameAs(BodyReader.DROPPED);

    Response response = bench.answers.getLast();
    assertThat(response.status().code()).isEqualTo(400);
    assertThat(tree(SendBench.body(response)).at("/errors/0/field").asText()).isEqualTo(field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|400|token",
        "{\"token\":null}|400|token",
        "{\"token\":1}|400|token",
        "{\"token\":{\"token\":1}}|400|token",
        "{\"token\":\"xyz\"}|400|token",
        "{\"tokens\":[]}|400|member",
        "[]|400|body",
        "{\"token\":\"a\",\"token\":\"b\"}|400|token",
      })
  void what_is_no_token_is_refused(String json, int status, String field) {
    Response response = send("PUT", PATH + APP, json);

    assertThat(response.status().code()).isEqualTo(status);
    assertThat(tree(SendBench.body(response)).findValuesAsText("field")).contains(field);
    assertThat(bench.producer.history()).isEmpty();
  }

  @Test
  void a_token_of_another_app_a_forged_and_a_revoked_one_and_one_that_cannot_be_looked_up() {
    Response other = send("PUT", PATH + "?app=com.example.other", token("phone"));
    assertThat(other.status().code()).isEqualTo(400);
    assertThat(SendBench.body(other)).contains("a token for com.example.other");
    assertThat(send("PUT", PATH + APP, "{\"token\":\"" + "0a".repeat(32) + "\"}").status().code())
        .isEqualTo(400);
    Response revoked = send("PUT", PATH + APP, token("lost"));
    assertThat(revoked.status().code()).isEqualTo(410);
    assertThat(tree(SendBench.body(revoked)).get("detail").asText())
        .isEqualTo("token: revoked (expected: one that is registered)");
    assertThat(tree(SendBench.body(revoked)).has("id")).isFalse();
    assertThat(send("DELETE", PATH + APP, token("unknown")).status().code()).isEqualTo(503);
    assertThat(bench.producer.history()).isEmpty();
  }

  @Test
  void many_come_in_lines_and_each_is_answered_by_its_number() {
    BodyReader reader = begin("PUT", PATH + APP, "application/x-ndjson");
    assertThat(bench.answers.getLast()).isInstanceOf(StreamingResponse.class);
    String lines = token("a") + "\n" + token("lost") + "\n\n" + token("b") + "\n";
    reader.part(Unpooled.wrappedBuffer(lines.getBytes(UTF_8)), true);
    reader.end();
    StringBuilder written = new StringBuilder();
    ((StreamingResponse) bench.answers.getLast())
        .source()
        .produce(
            new BodyWriter() {
              @Override
              public boolean isWritable() {
                return true;
              }

              @Override
              public boolean write(byte[] part) {
                written.append(new String(part, UTF_8));
                return true;
              }

              @Override
              public void end() {
                written.append("end");
              }

              @Override
              public void end(byte[] last) {
                write(last);
                end();
              }

              @Override
              public void wake() {
                // It writes all of it at once.
              }
            });

    List<String> answers = written.toString().lines().toList();
    assertThat(answers).hasSize(4).last().isEqualTo("end");
    assertThat(tree(answers.get(0)).get("line").asInt()).isEqualTo(1);
    assertThat(tree(answers.get(0)).get("status").asInt()).isEqualTo(202);
    assertThat(tree(answers.get(0)).get("token").asText()).isEqualTo(SendBench.token("a").hex());
    assertThat(tree(answers.get(1)).get("status").asInt()).isEqualTo(410);
    assertThat(tree(answers.get(1)).has("id")).isFalse();
    assertThat(tree(answers.get(2)).get("line").asInt()).isEqualTo(4);
    assertThat(bench.sent()).extracting(Notification::getJoins).containsExactly("goals", "goals");
  }
}
