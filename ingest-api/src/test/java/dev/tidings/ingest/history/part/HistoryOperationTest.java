package dev.tidings.ingest.history.part;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.ingest.limit.LimitRules;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.operation.Turns;
import dev.tidings.ingest.peer.KnownPeers;
import dev.tidings.ingest.send.SendBench;
import dev.tidings.ingest.testing.ApiKeys;
import dev.tidings.ingest.trace.index.HistoryIndex.NotServedException;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is told what of the history. Shows G162 of docs/guarantees.md. */
class HistoryOperationTest {
  private static final String PATH = "/v1/notifications";
  private static final Turns.Places PLACES = new Turns.Places(1, 2, 4);
  private static final NodeSeal SEAL =
      new NodeSeal(TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f"));

  private final ApiKeys keys = new ApiKeys();
  private final SendBench bench = new SendBench(LimitRules.Fixed.NONE);
  private final LongAdder unserved = new LongAdder();
  private Executor threads = Runnable::run;
  private CompletableFuture<Response> answer =
      CompletableFuture.completedFuture(JsonAnswer.ok(out -> out.writeStringField("it", "is")));

  @AfterEach
  void close() {
    bench.close();
  }

  private HistoryOperation operation(boolean open) {
    return new HistoryOperation(
        PATH,
        head -> {
          List<String> apps = Parameters.of(head.query(), List.of("app")).apps(3);
          return new HistoryOperation.Question() {
            @Override
            public List<String> apps() {
              return apps;
            }

            @Override
            public CompletableFuture<Response> answer() {
              return answer;
            }
          };
        },
        new Turns(PLACES, task -> threads.execute(task)),
        open ? Optional.empty() : Optional.of(keys.gate()),
        SendLimits.none(),
        unserved::increment);
  }

  private Response ask(HistoryOperation operation, String query, @Nullable String secret) {
    List<Map.Entry<CharSequence, CharSequence>> fields =
        secret == null ? List.of() : List.of(Map.entry("authorization", "Bearer " + secret));
    int before = bench.answers.size();
    operation.serve(Request.of("GET", PATH + query, fields), bench.new Client()).end();
    assertThat(bench.answers).hasSize(before + 1);
    return bench.answers.getLast();
  }

  private static JsonNode json(Response response) {
    try {
      return new ObjectMapper().readTree(response.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_credential_reads_of_its_own_apps_and_an_unknown_app_is_as_one_of_others() {
    String secret = keys.add("KEY0000001", "A", null);
    String narrow = keys.add("KEY0000002", "A", List.of("com.example.news"));
    HistoryOperation operation = operation(false);

    assertThat(ask(operation, "?app=com.example.news", null).status().code()).isEqualTo(401);
    assertThat(ask(operation, "?app=com.example.news", secret).status().code()).isEqualTo(200);
    assertThat(ask(operation, "?app=com.example.mail", secret).status().code()).isEqualTo(200);
    assertThat(ask(operation, "?app=com.example.news", narrow).status().code()).isEqualTo(200);
    Response others = ask(operation, "?app=org.example.mail", secret);
    assertThat(others.status().code()).isEqualTo(403);
    assertThat(json(others).path("detail").asText())
        .isEqualTo("app: org.example.mail (expected: one of this credential's)");
    for (String query : List.of("?app=com.example.mail", "?app=com.example.news&app=org.other")) {
      assertThat(ask(operation, query, narrow).status().code()).as(query).isEqualTo(403);
    }
  }

  @Test
  void what_is_wrong_is_a_problem_that_names_the_field_its_value_and_what_was_expected() {
    Response response = ask(operation(true), "?app=a&colour=red", null);

    assertThat(response.status().code()).isEqualTo(400);
    assertThat(List.of(response.fields()).toString()).contains("application/problem+json");
    assertThat(json(response).at("/errors/0/field").asText()).isEqualTo("colour");
    assertThat(json(response).at("/errors/0/value").asText()).isEqualTo("red");
    assertThat(json(response).at("/errors/0/expected").asText()).isEqualTo("one of app");
    assertThat(ask(operation(true), "?app=a&x=%zz", null).status().code()).isEqualTo(400);
  }

  @Test
  void what_cannot_be_told_now_is_503_and_a_fault_500() {
    answer = CompletableFuture.failedFuture(new NotServedException("a part is being moved"));
    Response later = ask(operation(true), "?app=a", null);
    assertThat(later.status().code()).isEqualTo(503);
    assertThat(List.of(later.fields()).toString()).contains("retry-after");
    assertThat(json(later).path("detail").asText()).isEqualTo("a part is being moved");
    assertThat(unserved.sum()).isEqualTo(1);

    answer = CompletableFuture.failedFuture(new IllegalStateException("nobody expected this"));
    assertThat(ask(operation(true), "?app=a", null).status().code()).isEqualTo(500);
  }

  @Test
  void one_address_has_its_share_and_no_more() {
    answer = new CompletableFuture<>();
    HistoryOperation operation = operation(true);
    for (int i = 0; i < 2; i++) {
      operation.serve(Request.of("GET", PATH + "?app=a", List.of()), bench.new Client()).end();
    }

    Response refused = ask(operation, "?app=a", null);

    assertThat(refused.status().code()).isEqualTo(429);
    assertThat(json(refused).path("limit").asText()).isEqualTo("traces");
    answer.complete(JsonAnswer.done());
    assertThat(bench.answers).hasSize(3);
    assertThat(ask(operation, "?app=a", null).status().code()).isEqualTo(204);
  }

  @Test
  void another_node_is_answered_under_the_seal_of_its_question_alone() {
    Operation answers =
        PartAnswers.at(
            "/nodes/history",
            (partitions, query) -> (partitions + " " + query).getBytes(StandardCharsets.US_ASCII),
            new Turns(PLACES, Runnable::run),
            SEAL,
            KnownPeers.bySealAlone());
    PartQuestion question = new PartQuestion(List.of(0, 12), "app=a&limit=3");
    String path = "/nodes/history?" + question.text();
    String seal = question.seal(SEAL, "/nodes/history");

    assertThat(new String(asNode(answers, path, seal).body(), StandardCharsets.US_ASCII))
        .isEqualTo("[0, 12] app=a&limit=3");
    assertThat(asNode(answers, path + "0", seal).status().code()).isEqualTo(404);
    assertThat(asNode(answers, path, "00").status().code()).isEqualTo(404);
    assertThat(asNode(answers, path, question.seal(SEAL, "/nodes/other")).status().code())
        .isEqualTo(404);
    assertThat(asNode(answers, path, null).status().code()).isEqualTo(404);
  }

  private Response asNode(Operation answers, String path, @Nullable String seal) {
    List<Map.Entry<CharSequence, CharSequence>> fields =
        seal == null ? List.of() : List.of(Map.entry(PartQuestion.SEAL, seal));
    answers.serve(Request.of("GET", path, fields), bench.new Client()).end();
    return bench.answers.getLast();
  }
}
