package dev.tidings.ingest.send.post;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.auth.Apps;
import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.http.BodyReader;
import dev.tidings.http.HttpService;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.StreamedReader;
import dev.tidings.http.StreamingResponse;
import dev.tidings.ingest.broadcast.BroadcastDesk;
import dev.tidings.ingest.broadcast.BroadcastResult;
import dev.tidings.ingest.forwarded.ForwardedClients;
import dev.tidings.ingest.limit.LimitRules;
import dev.tidings.ingest.repeat.Earlier;
import dev.tidings.ingest.rest.ApiDocument;
import dev.tidings.ingest.send.SendBench;
import dev.tidings.ingest.send.SendScope;
import dev.tidings.net.limit.AddressRanges;
import dev.tidings.net.limit.Rate;
import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.token.DeviceAddress;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.NotificationId;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What one request with one notification is answered.
 *
 * <p>Shows G5, G140, G141 and G142 of docs/guarantees.md.
 */
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

  private PostNotifications operation() {
    return new PostNotifications(
        bench.desk,
        bench.bodies,
        bench.bodies,
        Duration.ofSeconds(5),
        () -> bench.closing,
        Optional.empty());
  }

  private BodyReader begin(String... fields) {
    PostNotifications operation = operation();
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

  @Test
  void what_is_left_to_the_device_is_in_the_record() {
    send(
        SendBench.json(
            "phone",
            ",\"ttl\":60,\"deliverAt\":{\"local\":\"2026-12-24T18:00\"},"
                + "\"quietHours\":{\"from\":\"22:00\",\"to\":\"07:00\"},"
                + "\"localized\":{\"de\":{\"n\": 2}}"));

    Notification sent = bench.sent().getFirst();
    assertThat(sent.getLocalDeliverAt()).isEqualTo("2026-12-24T18:00");
    assertThat(sent.getLocalTtl()).isEqualTo(60_000);
    assertThat(sent.getExpiration()).isNull();
    assertThat(sent.getDeliverAt()).isNull();
    assertThat(sent.getQuietHours()).isEqualTo("22:00-07:00");
    assertThat(sent.getLocalized()).containsOnlyKeys("de");
    assertThat(UTF_8.decode(sent.getLocalized().get("de")).toString()).isEqualTo("{\"n\": 2}");
    assertThat(UTF_8.decode(sent.getPayload()).toString()).isEqualTo("{\"n\": 1}");
  }

  private static String toDevice(String device, String more) {
    return SendBench.json("phone", more)
        .replace("\"token\":\"" + SendBench.token("phone").hex() + "\"", "\"device\":" + device);
  }

  @Test
  void what_is_sent_to_a_device_is_answered_with_the_device_and_no_token() {
    Response response = send(toDevice("\"phone \\\"\u00e9\\\"\"", WITH_ID));

    assertThat(response.status().code()).isEqualTo(202);
    assertThat(tree(response).properties().stream().map(Map.Entry::getKey))
        .containsExactly("id", "device", "acceptedAt");
    assertThat(tree(response).get("device").asText()).isEqualTo("phone \"\u00e9\"");
    Notification sent = bench.sent().getFirst();
    assertThat(sent.getDevice()).isEqualTo("phone \"\u00e9\"");
    assertThat(bench.producer.history().getFirst().key())
        .isEqualTo(
            DeviceAddress.of(new DeviceId("phone \"\u00e9\""), new AppId("com.example.news"))
                .key());
  }

  @Test
  void a_request_to_a_device_that_comes_again_is_sent_once_and_another_one_is_a_conflict() {
    send(toDevice("\"phone\"", WITH_ID));

    assertThat(fields(send(toDevice("\"phone\"", WITH_ID))))
        .containsEntry("idempotent-replayed", "true");
    assertThat(send(toDevice("\"phone\"", WITH_ID + ",\"ttl\":1")).status().code()).isEqualTo(409);
    assertThat(send(toDevice("\"tablet\"", WITH_ID)).status().code()).isEqualTo(202);
    assertThat(bench.sent()).hasSize(2);
  }

  @Test
  void the_address_of_a_device_is_no_token_that_can_be_sent_to() {
    String address = DeviceAddress.of(new DeviceId("phone"), new AppId("com.example.news")).hex();
    Response response =
        send(SendBench.json("phone", "").replace(SendBench.token("phone").hex(), address));

    assertThat(response.status().code()).isEqualTo(400);
    assertThat(bench.sent()).isEmpty();
  }

  @Test
  void each_answer_has_what_its_schema_requires_and_nothing_that_it_does_not_name()
      throws IOException {
    JsonNode schemas = new ObjectMapper().readTree(ApiDocument.read()).at("/components/schemas");
    List<String> targets =
        List.of(SendBench.json("phone", "%s"), toDevice("\"phone\"", "%s"), toTopic("goals", "%s"));
    for (String target : targets) {
      JsonNode accepted = tree(send(target.formatted("")));
      assertConforms(
          accepted, schemas.get(accepted.has("broadcast") ? "BroadcastAccepted" : "Accepted"));
      JsonNode checked = tree(send(target.formatted(",\"dryRun\":true")));
      assertConforms(checked, schemas.get("Checked"));
      for (JsonNode answer : List.of(accepted, checked)) {
        ObjectNode line = answer.deepCopy();
        assertConforms(line.put("line", 1).put("status", 200), schemas.get("LineAnswer"));
      }
    }
  }

  private static void assertConforms(JsonNode answer, JsonNode schema) {
    Set<String> members = new HashSet<>();
    answer.fieldNames().forEachRemaining(members::add);
    Set<String> known = new HashSet<>();
    schema.get("properties").fieldNames().forEachRemaining(known::add);

    assertThat(known).containsAll(members);
    assertThat(schema.get("required")).extracting(JsonNode::asText).allMatch(members::contains);
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
    assertThat(fields(atATime))
        .containsEntry("retry-after", "10")
        .containsEntry("ratelimit", "\"broadcasts\";r=0;t=10");
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
    assertThat(bench.broadcastDesk.refused(BroadcastDesk.Bound.OPEN)).isEqualTo(1);
    assertThat(bench.broadcastDesk.refused(BroadcastDesk.Bound.PER_MINUTE)).isEqualTo(1);
    assertThat(bench.broadcastDesk.refused(BroadcastDesk.Bound.BUSY)).isZero();
  }

  @Test
  void the_id_of_another_broadcast_is_refused_and_the_same_again_is_not() {
    assertThat(send(toTopic("goals", WITH_ID)).status().code()).isEqualTo(202);
    bench.broadcasts.read();
    assertThat(send(toTopic("goals", WITH_ID)).status().code()).isEqualTo(202);

    Response other = send(toTopic("scores", WITH_ID));
    assertThat(other.status().code()).isEqualTo(409);
    assertThat(tree(other).get("errors").get(0).get("field").asText()).isEqualTo("id");
    assertThat(tree(other).get("type").asText()).isEqualTo("urn:tidings:problem:id-used");
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
  void the_same_request_again_is_answered_as_before_and_sent_once() {
    Response first = send(SendBench.json("phone", WITH_ID));
    bench.now = SendBench.NOW.plusSeconds(3_600);
    Response again = send(SendBench.json("phone", WITH_ID + " "));
    Response toAnother = send(SendBench.json("tablet", WITH_ID));

    assertThat(again.status().code()).isEqualTo(202);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(fields(first)).doesNotContainKey("idempotent-replayed");
    assertThat(fields(again)).containsEntry("idempotent-replayed", "true");
    assertThat(fields(toAnother)).doesNotContainKey("idempotent-replayed");
    assertThat(bench.sent())
        .extracting(Notification::getFingerprint)
        .hasSize(2)
        .allSatisfy(each -> assertThat(each).matches("[0-9a-f]{32}"));
    assertThat(bench.meters.get("tidings.ingest.rest.repeated").counter().count()).isEqualTo(1);
  }

  @Test
  void another_request_with_the_same_id_is_a_conflict_that_names_the_id() {
    send(SendBench.json("phone", WITH_ID));
    for (String other :
        List.of(
            ",\"ttl\":60",
            ",\"priority\":5",
            ",\"collapseId\":\"a\"",
            ",\"pushType\":\"voip\"",
            ",\"deliverAt\":\"2026-11-30T12:00:00Z\"",
            ",\"deliverAt\":{\"local\":\"2026-11-30T12:00\"}",
            ",\"quietHours\":{\"from\":\"22:00\",\"to\":\"07:00\"}",
            ",\"localized\":{\"de\":{}}")) {
      Response response = send(SendBench.json("phone", WITH_ID + other));

      assertThat(response.status().code()).as(other).isEqualTo(409);
      JsonNode problem = tree(response);
      assertThat(problem.get("type").asText()).isEqualTo("urn:tidings:problem:id-used");
      assertThat(problem.at("/errors/0/field").asText()).isEqualTo("id");
      assertThat(problem.at("/errors/0/value").asText()).isEqualTo(ID);
    }
    String payload = SendBench.json("phone", WITH_ID).replace("{\"n\": 1}", "{\"n\":1}");
    assertThat(send(payload).status().code()).isEqualTo(409);
    // What is said by default is the same.
    String whole = SendBench.json("phone", WITH_ID + ",\"priority\":10,\"pushType\":\"alert\"");
    assertThat(send(whole).status().code()).isEqualTo(202);
    assertThat(bench.sent()).hasSize(1);
    assertThat(bench.refused(409)).isEqualTo(9);
  }

  @Test
  void what_the_log_has_of_another_node_is_answered_as_before() {
    long before = SendBench.NOW.minusSeconds(60).toEpochMilli();
    send(SendBench.json("phone", WITH_ID));
    String fingerprint = String.valueOf(bench.sent().getFirst().getFingerprint());
    replace(new SendBench(LimitRules.Fixed.NONE));
    bench.receipt(new NotificationId(ID), "phone", new Earlier(before, fingerprint));
    bench.receipt(new NotificationId(ID), "tablet", new Earlier(before, "f".repeat(32)));

    Response again = send(SendBench.json("phone", WITH_ID));

    assertThat(again.status().code()).isEqualTo(202);
    assertThat(tree(again).get("acceptedAt").asText()).isEqualTo("2026-11-29T11:59:00.000Z");
    assertThat(send(SendBench.json("tablet", WITH_ID)).status().code()).isEqualTo(409);
    assertThat(bench.sent()).isEmpty();
  }

  @Test
  void what_was_refused_or_only_checked_is_not_remembered() {
    send(SendBench.json("phone", WITH_ID + ",\"dryRun\":true"));
    send(SendBench.json("phone", WITH_ID + ",\"ttl\":-1"));

    assertThat(send(SendBench.json("phone", WITH_ID)).status().code()).isEqualTo(202);
    assertThat(bench.sent()).hasSize(1);
  }

  @Test
  void without_an_id_nothing_is_compared() {
    for (int i = 0; i < 2; i++) {
      assertThat(send(SendBench.json("phone", "")).status().code()).isEqualTo(202);
    }
    assertThat(bench.sent()).extracting(Notification::getFingerprint).containsExactly(null, null);
  }

  private static String withId(int n) {
    return ",\"id\":\""
        + ID.substring(0, 34)
        + "%02d".formatted(n)
        + "\",\"collapseId\":\""
        + n
        + "\"";
  }

  /** A request that came whole, and is not answered yet. */
  private BodyReader open(String json) {
    BodyReader reader = begin("content-type", "application/json");
    reader.part(Unpooled.wrappedBuffer(json.getBytes(UTF_8)), true);
    reader.end();
    return reader;
  }

  private List<Integer> statuses() {
    return bench.answers.stream().map(each -> each.status().code()).toList();
  }

  private List<String> collapseIds() {
    return bench.sent().stream().map(each -> String.valueOf(each.getCollapseId())).toList();
  }

  @Test
  void those_to_one_token_are_sent_in_the_order_of_their_connection_and_others_do_not_wait() {
    Deque<Runnable> asked = new ArrayDeque<>();
    bench.asked = asked;
    open(SendBench.json("phone", withId(1)));
    open(SendBench.json("phone", withId(2)));
    open(SendBench.json("phone", ",\"collapseId\":\"3\""));
    open(SendBench.json("tablet", withId(4)));

    asked.removeLast().run();
    asked.removeLast().run();
    assertThat(collapseIds()).containsExactly("4");
    asked.removeLast().run();

    assertThat(collapseIds()).containsExactly("4", "1", "2", "3");
    assertThat(statuses()).hasSize(4).containsOnly(202);
    assertThat(bench.inFlight.count()).isZero();
    assertThat(bench.bodies.taken()).isZero();
  }

  @Test
  void a_request_that_waits_for_the_same_one_on_its_way_holds_nothing_back_and_takes_no_place() {
    replace(new SendBench(LimitRules.Fixed.NONE, 2, false));
    open(SendBench.json("phone", withId(1)));
    open(SendBench.json("phone", withId(1)));
    open(SendBench.json("phone", withId(1) + ",\"ttl\":5"));
    open(SendBench.json("phone", withId(2)));
    assertThat(collapseIds()).containsExactly("1", "2");
    assertThat(bench.answers).isEmpty();
    assertThat(bench.questions).isEqualTo(2);

    bench.producer.completeNext();

    assertThat(statuses()).containsExactly(202, 202, 409);
    bench.producer.completeNext();
    assertThat(statuses()).containsExactly(202, 202, 409, 202);
    assertThat(bench.inFlight.count()).isZero();
  }

  @Test
  void those_that_wait_for_one_that_fails_are_answered_like_it() {
    replace(new SendBench(LimitRules.Fixed.NONE, 10, false));
    open(SendBench.json("phone", withId(1)));
    open(SendBench.json("phone", withId(1)));
    open(SendBench.json("phone", withId(1) + ",\"ttl\":5"));

    bench.producer.errorNext(new org.apache.kafka.common.errors.TimeoutException("full"));

    assertThat(statuses()).containsExactly(503, 503, 503);
    assertThat(bench.questions).isEqualTo(1);
    assertThat(bench.inFlight.count()).isZero();
    open(SendBench.json("phone", withId(1)));
    bench.producer.completeNext();
    assertThat(statuses()).containsExactly(503, 503, 503, 202);
  }

  @Test
  void what_is_asked_about_has_a_place_and_its_bytes_and_is_not_sent_once_it_timed_out() {
    replace(new SendBench(LimitRules.Fixed.NONE, 1, true));
    Deque<Runnable> asked = new ArrayDeque<>();
    bench.asked = asked;
    BodyReader first = open(SendBench.json("phone", withId(1)));
    assertThat(bench.inFlight.count()).isEqualTo(1);
    assertThat(bench.bodies.taken()).isEqualTo("{\"n\": 1}".length());
    open(SendBench.json("phone", withId(2)));
    assertThat(statuses()).containsExactly(429);

    first.timedOut();
    assertThat(statuses()).containsExactly(429, 503);
    assertThat(bench.inFlight.count()).isZero();
    assertThat(bench.bodies.taken()).isZero();
    asked.remove().run();

    assertThat(bench.sent()).isEmpty();
    bench.asked = null;
    open(SendBench.json("phone", withId(1)));
    assertThat(statuses()).containsExactly(429, 503, 202);
    assertThat(bench.inFlight.count()).isZero();
  }

  @Test
  void one_that_waits_for_a_request_that_timed_out_unsent_is_told_to_come_again() {
    bench.asked = new ArrayDeque<>();
    BodyReader first = open(SendBench.json("phone", withId(1)));
    open(SendBench.json("phone", withId(1)));

    first.timedOut();

    assertThat(statuses()).containsExactly(503, 503);
    assertThat(fields(bench.answers.get(0))).containsEntry("retry-after", "1");
    assertThat(fields(bench.answers.get(1))).containsEntry("retry-after", "1");
  }

  @Test
  void without_memory_for_what_is_asked_about_a_request_is_refused_and_leaves_nothing() {
    bench.asked = new ArrayDeque<>();
    int all = 0;
    while (bench.bodies.take(1)) {
      all++;
    }
    open(SendBench.json("phone", withId(1)));

    assertThat(statuses()).containsExactly(429);
    assertThat(bench.inFlight.count()).isZero();
    assertThat(bench.questions).isZero();
    bench.bodies.give(all);
    open(SendBench.json("phone", withId(1)));
    assertThat(bench.questions).isEqualTo(1);
  }

  @Test
  void a_log_that_throws_gives_everything_back() {
    bench.producer.sendException = new IllegalStateException("for the test");
    open(SendBench.json("phone", withId(1)));
    bench.producer.sendException = null;
    open(SendBench.json("phone", withId(1)));

    assertThat(statuses()).containsExactly(500, 202);
    assertThat(bench.inFlight.count()).isZero();
    assertThat(bench.bodies.taken()).isZero();
  }

  @Test
  void a_dry_run_checks_everything_and_sends_nothing() {
    replace(new SendBench(new LimitRules.Fixed(null, null, null, new Rate(1, 1), null)));
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
  void a_token_that_cannot_be_looked_up_gets_503_and_may_come_again() {
    Response unknown = send(SendBench.json("unknown", ""));

    assertThat(unknown.status().code()).isEqualTo(503);
    assertThat(fields(unknown)).containsEntry("retry-after", "1");
    assertThat(tree(unknown).get("detail").asText()).contains("whether the token was revoked");
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
    replace(new SendBench(new LimitRules.Fixed(null, null, null, new Rate(1, 1), null)));
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
    replace(new SendBench(new LimitRules.Fixed(null, null, null, null, new Rate(1, 1))));
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
          .containsEntry("content-type", "application/x-ndjson")
          .as("no proxy keeps an answer until there are more")
          .containsEntry("x-accel-buffering", "no")
          .containsEntry("cache-control", "no-cache, no-transform");
    }
  }

  @Test
  void requests_of_one_connection_are_taken_in_their_order() {
    assertThat(begin("content-type", "application/json").order())
        .isNotNull()
        .isEqualTo(begin("content-type", "application/json").order());
  }

  /** A balancer's connection. */
  private final class Balancer extends SendBench.Client {
    Balancer() {
      bench.super();
    }

    @Override
    public SocketAddress remoteAddress() {
      return new InetSocketAddress("10.0.0.1", 4711);
    }
  }

  @Test
  void those_of_one_client_of_a_balancer_do_not_wait_for_those_of_another() {
    HttpService service =
        ForwardedClients.behind(AddressRanges.of(List.of("10.0.0.0/8")), operation()::serve);
    Balancer connection = new Balancer();
    List<Object> orders = new ArrayList<>();
    for (String client : List.of("192.0.2.7", "192.0.2.8", "192.0.2.7")) {
      Map<CharSequence, CharSequence> headers =
          Map.of("content-type", "application/json", "forwarded", "for=" + client);
      BodyReader reader =
          service.serve(Request.of("POST", "/v1/notifications", headers.entrySet()), connection);
      orders.add(reader.order());
    }

    assertThat(orders).doesNotContainNull();
    assertThat(orders.get(0)).isEqualTo(orders.get(2)).isNotEqualTo(orders.get(1));
  }

  @Test
  void those_of_one_team_do_not_wait_for_those_of_another_on_the_same_connection() {
    Map<CharSequence, CharSequence> headers = Map.of("content-type", "application/json");
    Request head = Request.of("POST", "/v1/notifications", headers.entrySet());
    List<Object> orders = new ArrayList<>();
    for (String team : List.of("A", "B", "A")) {
      SendScope scope =
          new SendScope(new ProviderIdentity(team, Apps.where(_ -> true), true, "key"));
      orders.add(operation().serve(head, scope, null, bench.new Client()).order());
    }

    assertThat(orders).doesNotContainNull();
    assertThat(orders.get(0)).isEqualTo(orders.get(2)).isNotEqualTo(orders.get(1));
  }
}
