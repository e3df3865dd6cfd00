package dev.tidings.ingest.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.ingest.limit.LimitRules;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.send.SendBench;
import dev.tidings.ingest.testing.ApiKeys;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is told what of the audit. */
class GetAuditTest {
  private static final String PATH = "/v1/audit";
  private static final String NEWS = "com.example.news";
  private static final String OTHERS = "org.example.mail";

  private final ApiKeys keys = new ApiKeys();
  private final SendBench bench = new SendBench(LimitRules.Fixed.NONE);
  private final Map<Integer, OffsetAndMetadata> committed = new HashMap<>();
  private int partitions;

  @AfterEach
  void close() {
    bench.close();
  }

  /** What the process that audits a partition has committed. */
  private void partition(long since, long until, List<Accepted> differences) {
    String text = AuditState.of(Uuid.randomUuid(), since, until, differences).text();
    committed.put(partitions++, new OffsetAndMetadata(9, text));
  }

  private static Accepted difference(int i, String app) {
    Token token = new Token("%064x".formatted(i));
    return new Accepted(i, ReceiptKey.of(NotificationId.random(), token), app, 1_000L * i);
  }

  private Response ask(String path, @Nullable String secret) {
    GetAudit audit =
        new GetAudit(
            () -> AuditView.of(committed, partitions),
            secret == null ? Optional.empty() : Optional.of(keys.gate()),
            SendLimits.none());
    List<Map.Entry<CharSequence, CharSequence>> fields =
        secret == null ? List.of() : List.of(Map.entry("authorization", "Bearer " + secret));
    int before = bench.answers.size();
    BodyReader body = audit.serve(Request.of("GET", path, fields), bench.new Client());
    body.end();
    assertThat(bench.answers).hasSize(before + 1);
    return bench.answers.getLast();
  }

  private static int status(Response response) {
    return response.status().code();
  }

  private static JsonNode json(Response response) {
    try {
      return new ObjectMapper().readTree(response.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> ids(JsonNode answer) {
    return StreamSupport.stream(answer.path("notifications").spliterator(), false)
        .map(each -> each.path("id").asText())
        .toList();
  }

  private static String id(Accepted accepted) {
    return accepted.receipt().id().value();
  }

  @Test
  void all_partitions_are_told_together_from_when_and_up_to_when() {
    Accepted later = difference(7, NEWS);
    Accepted earlier = difference(5, NEWS);
    partition(1_000, 60_000, List.of(later));
    partition(2_000, 50_000, List.of(earlier));

    JsonNode answer = json(ask(PATH, null));

    assertThat(answer.path("since").asText()).isEqualTo("1970-01-01T00:00:02Z");
    assertThat(answer.path("until").asText()).isEqualTo("1970-01-01T00:00:50Z");
    assertThat(answer.path("difference").asInt()).isEqualTo(2);
    assertThat(answer.path("complete").asBoolean()).isTrue();
    assertThat(ids(answer)).containsExactly(id(earlier), id(later));
    assertThat(answer.at("/notifications/0/app").asText()).isEqualTo(NEWS);
    assertThat(answer.at("/notifications/0/acceptedAt").asText()).isEqualTo("1970-01-01T00:00:05Z");
    assertThat(answer.at("/apps/0/app").asText()).isEqualTo(NEWS);
    assertThat(answer.at("/apps/0/difference").asInt()).isEqualTo(2);
    assertThat(answer.at("/apps/0/oldest").asText()).isEqualTo("1970-01-01T00:00:05Z");
    assertThat(answer.has("next")).isFalse();
  }

  @Test
  void where_nothing_is_missing_that_is_told() {
    partition(1_000, 60_000, List.of());

    JsonNode answer = json(ask(PATH, null));

    assertThat(answer.path("difference").asInt(-1)).isZero();
    assertThat(answer.path("apps")).isEmpty();
    assertThat(ids(answer)).isEmpty();
  }

  @Test
  void a_credential_is_told_of_its_own_apps_alone() {
    Accepted own = difference(1, NEWS);
    partition(1_000, 60_000, List.of(own, difference(2, OTHERS), difference(3, "")));
    String secret = keys.add("k1", "A", null);

    JsonNode answer = json(ask(PATH, secret));

    assertThat(ids(answer)).containsExactly(id(own));
    assertThat(answer.path("difference").asInt()).isEqualTo(1);
    assertThat(answer.path("apps")).hasSize(1);
    assertThat(ids(json(ask(PATH + "?app=" + OTHERS, secret)))).isEmpty();
    assertThat(status(ask(PATH, "tid_k1_wrong"))).isEqualTo(401);
  }

  @Test
  void one_app_may_be_asked_for() {
    Accepted other = difference(2, OTHERS);
    partition(1_000, 60_000, List.of(difference(1, NEWS), other));

    assertThat(ids(json(ask(PATH + "?app=" + OTHERS, null)))).containsExactly(id(other));
    assertThat(status(ask(PATH + "?app=no%20app", null))).isEqualTo(400);
    assertThat(status(ask(PATH + "?app=%zz", null))).isEqualTo(400);
  }

  @Test
  void many_are_told_page_by_page_each_once() {
    for (int i = 0; i < 5; i++) {
      int from = 30 * i;
      partition(
          1_000,
          60_000,
          // Many of the same time.
          IntStream.range(from, from + 30)
              .mapToObj(n -> difference(n, NEWS))
              .map(each -> new Accepted(each.offset(), each.receipt(), NEWS, 7_000))
              .toList());
    }
    List<String> all = new ArrayList<>();
    String next = "";
    int pages = 0;
    do {
      JsonNode page = json(ask(PATH + (next.isEmpty() ? "" : "?after=" + next), null));
      assertThat(page.path("difference").asInt()).isEqualTo(150);
      all.addAll(ids(page));
      next = page.path("next").asText("").replace("/", "%2F");
      pages++;
    } while (!next.isEmpty());

    assertThat(pages).isEqualTo(2);
    assertThat(all).hasSize(150).doesNotHaveDuplicates();
    assertThat(status(ask(PATH + "?after=nowhere", null))).isEqualTo(400);
  }

  @Test
  void more_than_are_listed_are_said_to_be_there() {
    partition(1_000, 60_000, IntStream.range(0, 1_000).mapToObj(n -> difference(n, NEWS)).toList());

    JsonNode answer = json(ask(PATH, null));

    assertThat(answer.path("complete").asBoolean(true)).isFalse();
    assertThat(answer.path("difference").asInt()).isLessThan(1_000);
  }

  @Test
  void as_long_as_a_partition_is_audited_by_nobody_nothing_is_said() {
    partition(1_000, 60_000, List.of());
    partitions++;

    Response answer = ask(PATH, null);

    assertThat(status(answer)).isEqualTo(503);
    assertThat(List.of(answer.fields()).toString()).contains("retry-after");
  }
}
