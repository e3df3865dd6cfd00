package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.topic.LogTopics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Shows G1 and G34 of docs/guarantees.md. */
@Timeout(60)
class AcceptIT {
  private static final String PAYLOAD = "{\"aps\":{\"alert\":\"H\u00e9llo\"} }";

  @TempDir private static Path state;
  private static Cluster cluster;
  private static TestNode node;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster();
    node = new TestNode(cluster, state);
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
    cluster.close();
  }

  @Test
  void answers_200_when_the_log_has_the_notification_byte_for_byte() throws Exception {
    String id = UUID.randomUUID().toString();
    long before = System.currentTimeMillis();
    String payload = PAYLOAD.replace("alert", "greeting");

    HttpResponse<String> answer =
        node.push(
            TestNode.token("phone").hex(),
            payload,
            "apns-topic",
            TestNode.APP,
            "apns-id",
            id.toUpperCase(Locale.ROOT),
            "apns-expiration",
            "1900000000",
            "apns-priority",
            "5",
            "apns-collapse-id",
            "score",
            "apns-push-type",
            "background");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("apns-id")).contains(id.toUpperCase(Locale.ROOT));
    ConsumerRecord<byte[], byte[]> record = find(id);
    assertThat(record.key()).asString().isEqualTo(TestNode.token("phone").hex());
    Notification found = cluster.decode(Notification.class, record.value());
    assertThat(StandardCharsets.UTF_8.decode(found.getPayload()).toString()).isEqualTo(payload);
    assertThat(found.getApp()).isEqualTo(TestNode.APP);
    assertThat(found.getExpiration()).isEqualTo(1_900_000_000_000L);
    assertThat(found.getPriority()).isEqualTo(5);
    assertThat(found.getCollapseId()).isEqualTo("score");
    assertThat(found.getPushType()).isEqualTo("background");
    assertThat(found.getAcceptedAt()).isBetween(before, System.currentTimeMillis());
    assertThat(found.getAcceptedBy()).isEqualTo("ingest-test");
  }

  @Test
  void makes_an_id_where_the_provider_gave_none() throws Exception {
    HttpResponse<String> answer = node.push("phone", PAYLOAD);

    String id = answer.headers().firstValue("apns-id").orElseThrow();
    assertThat(id).isEqualTo(UUID.fromString(id).toString());
    assertThat(find(id)).isNotNull();
  }

  @Test
  void takes_a_token_in_upper_case_with_decoration() throws Exception {
    String token = TestNode.token("phone").hex().toUpperCase(Locale.ROOT);
    HttpResponse<String> answer =
        node.push(
            "%3C" + token.substring(0, 8) + "%20" + token.substring(8) + "%3E",
            PAYLOAD,
            "apns-topic",
            TestNode.APP);

    assertThat(answer.statusCode()).isEqualTo(200);
    ConsumerRecord<byte[], byte[]> record =
        find(answer.headers().firstValue("apns-id").orElseThrow());
    assertThat(record.key()).asString().isEqualTo(TestNode.token("phone").hex());
  }

  @Test
  void says_why_it_rejects_and_repeats_the_id() throws Exception {
    String id = UUID.randomUUID().toString();

    HttpResponse<String> answer =
        node.push("0".repeat(64), PAYLOAD, "apns-topic", TestNode.APP, "apns-id", id);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .startsWith("application/json");
    assertThat(answer.headers().firstValue("apns-id")).contains(id);
    assertThat(answer.body()).isEqualTo("{\"reason\":\"BadDeviceToken\"}");
  }

  @Test
  void rejects_another_apps_token() throws Exception {
    HttpResponse<String> answer =
        node.push(TestNode.token("phone").hex(), PAYLOAD, "apns-topic", "com.example.other");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).isEqualTo("{\"reason\":\"DeviceTokenNotForTopic\"}");
  }

  @Test
  void rejects_what_is_too_long_empty_or_no_json_object() throws Exception {
    assertThat(node.push("phone", "").body()).contains("PayloadEmpty");
    assertThat(node.push("phone", "[1]").body()).contains("PayloadEmpty", "expected: a JSON");
    assertThat(node.push("phone", "{\"a\":1").body()).contains("PayloadEmpty", "expected: a JSON");
    assertThat(node.push("phone", "{} {}").body()).contains("PayloadEmpty", "expected: a JSON");
    assertThat(node.push("phone", payload(4096)).statusCode()).isEqualTo(200);
    HttpResponse<String> tooLong = node.push("phone", payload(4097));
    assertThat(tooLong.statusCode()).isEqualTo(413);
    assertThat(tooLong.body()).isEqualTo("{\"reason\":\"PayloadTooLarge\"}");
    assertThat(node.push("phone", payload(50_000)).statusCode()).isEqualTo(413);
    assertThat(voip(5120)).isEqualTo(200);
    assertThat(voip(5121)).isEqualTo(413);
  }

  private static int voip(int length) throws Exception {
    return node.push(
            TestNode.token("phone").hex(),
            payload(length),
            "apns-topic",
            TestNode.APP + ".voip",
            "apns-push-type",
            "voip")
        .statusCode();
  }

  @Test
  void answers_410_for_a_revoked_token_until_it_is_forgotten() throws Exception {
    byte[] key = TestNode.token("lost").key();
    cluster.appendBytes(LogTopics.REVOCATIONS, key, new byte[] {9, 9});
    cluster.append(LogTopics.REVOCATIONS, key, new Revocation(1_700_000_000_123L, "lost"));

    await().until(() -> node.push("lost", PAYLOAD).statusCode() == 410);
    assertThat(node.push("lost", PAYLOAD).body())
        .isEqualTo("{\"reason\":\"Unregistered\",\"timestamp\":1700000000123}");

    cluster.append(LogTopics.REVOCATIONS, key, null);
    await().until(() -> node.push("lost", PAYLOAD).statusCode() == 200);
    assertThat(node.get("management", "/metrics").body())
        .contains("tidings_ingest_revocations_unreadable_total{service=\"ingest-api\"} 1.0");
  }

  private static String json(String device, String id, String payload) {
    return "{\"target\":{\"token\":\"%s\"},\"app\":\"%s\",\"id\":\"%s\",\"payload\":%s}"
        .formatted(TestNode.token(device).hex(), TestNode.APP, id, payload);
  }

  @Test
  void what_is_sent_as_json_is_in_the_log_byte_for_byte() throws Exception {
    String id = UUID.randomUUID().toString();

    HttpResponse<String> answer = node.post("application/json", json("phone", id, PAYLOAD));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(answer.body()).contains(id, TestNode.token("phone").hex(), "acceptedAt");
    ConsumerRecord<byte[], byte[]> record = find(id);
    assertThat(record.key()).asString().isEqualTo(TestNode.token("phone").hex());
    Notification found = cluster.decode(Notification.class, record.value());
    assertThat(StandardCharsets.UTF_8.decode(found.getPayload()).toString()).isEqualTo(PAYLOAD);
    assertThat(found.getAcceptedBy()).isEqualTo("ingest-test");
    HttpResponse<String> problem = node.post("application/json", "{\"ttl\":1}");
    assertThat(problem.statusCode()).isEqualTo(400);
    assertThat(problem.headers().firstValue("content-type")).contains("application/problem+json");
  }

  @Test
  void a_category_is_in_the_log_as_one_request_and_as_a_line() throws Exception {
    String single = UUID.randomUUID().toString();
    String line = UUID.randomUUID().toString();
    String category = ",\"category\":\"marketing\"}";
    String body = json("categories", single, PAYLOAD).replaceAll("}$", category);

    assertThat(node.post("application/json", body).statusCode()).isEqualTo(202);
    String lines =
        json("categories", line, PAYLOAD).replaceAll("}$", category)
            + "\n"
            + json("categories", UUID.randomUUID().toString(), PAYLOAD)
                .replaceAll("}$", ",\"category\":\"Big\"}");
    HttpResponse<String> answer = node.post("application/x-ndjson", lines);

    assertThat(answer.body().lines().toList().getFirst()).contains("\"status\":202");
    assertThat(answer.body().lines().toList().getLast())
        .contains("\"status\":400", "\"field\":\"category\",\"value\":\"Big\"");
    for (String id : List.of(single, line)) {
      assertThat(cluster.decode(Notification.class, find(id).value()).getCategory())
          .isEqualTo("marketing");
    }
  }

  @Test
  void thousands_of_lines_in_one_request_are_answered_each_and_are_in_the_log_in_order()
      throws Exception {
    assertThat(node.get("http", "/openapi.json").version()).isEqualTo(HttpClient.Version.HTTP_2);
    int count = 3_000;
    StringBuilder lines = new StringBuilder();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = UUID.randomUUID().toString();
      ids.add(id);
      lines.append(json("lines", id, PAYLOAD)).append('\n');
    }

    HttpResponse<String> answer = node.post("application/x-ndjson", lines.toString());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    List<String> answers = answer.body().lines().toList();
    assertThat(answers).hasSize(count);
    for (int i = 0; i < count; i++) {
      assertThat(answers.get(i))
          .startsWith("{\"line\":" + (i + 1) + ",\"status\":202,\"id\":\"" + ids.get(i) + "\"");
    }
    List<String> kept =
        cluster.read(LogTopics.NOTIFICATIONS).stream()
            .filter(each -> Arrays.equals(each.key(), TestNode.token("lines").key()))
            .map(each -> cluster.decode(Notification.class, each.value()).getId())
            .toList();
    assertThat(kept).isEqualTo(ids);
  }

  @Test
  void in_http_1_a_line_is_answered_before_the_next_one_is_sent() throws Exception {
    try (Socket client = new Socket("localhost", node.port("http"))) {
      OutputStream out = client.getOutputStream();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
      write(
          out,
          "POST /v1/notifications HTTP/1.1\r\nhost: x\r\ncontent-type: application/jsonl\r\n"
              + "transfer-encoding: chunked\r\n\r\n");
      for (int i = 1; i <= 3; i++) {
        String line = json("slow", UUID.randomUUID().toString(), "{}") + "\n";
        write(out, Integer.toHexString(line.length()) + "\r\n" + line + "\r\n");
        String begin = "{\"line\":" + i + ",\"status\":202";
        assertThat(in.lines().filter(each -> each.startsWith("{")).findFirst().orElseThrow())
            .startsWith(begin);
      }
      write(out, "0\r\n\r\n");
      assertThat(in.lines().filter(each -> each.equals("0")).findFirst()).isPresent();
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Test
  void says_404_and_405_in_the_same_words() throws Exception {
    assertThat(node.get("http", "/4/device").body()).isEqualTo("{\"reason\":\"BadPath\"}");
    HttpResponse<String> get = node.get("http", "/3/device/" + TestNode.token("phone").hex());
    assertThat(get.statusCode()).isEqualTo(405);
    assertThat(get.body()).isEqualTo("{\"reason\":\"MethodNotAllowed\"}");
    assertThat(node.push("", PAYLOAD, "apns-topic", TestNode.APP).body())
        .isEqualTo("{\"reason\":\"MissingDeviceToken\"}");
  }

  @Test
  void is_ready_and_counts_what_it_does() throws Exception {
    node.push("phone", PAYLOAD);

    assertThat(node.get("management", "/health/ready").statusCode()).isEqualTo(200);
    assertThat(node.get("management", "/metrics").body())
        .contains("tidings_ingest_accept_latency_seconds_count")
        .contains("tidings_ingest_refused_total{reason=\"BadDeviceToken\"")
        .contains("tidings_ingest_producer_buffer_available_bytes");
  }

  private static String payload(int length) {
    return "{\"a\":\"" + "x".repeat(length - 8) + "\"}";
  }

  private static ConsumerRecord<byte[], byte[]> find(String id) {
    List<ConsumerRecord<byte[], byte[]>> records =
        cluster.read(LogTopics.NOTIFICATIONS).stream()
            .filter(r -> cluster.decode(Notification.class, r.value()).getId().equals(id))
            .toList();
    assertThat(records).hasSize(1);
    return records.getFirst();
  }
}
