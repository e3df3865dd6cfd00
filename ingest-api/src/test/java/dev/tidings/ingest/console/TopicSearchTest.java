package dev.tidings.ingest.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.control.ControlWriter.Author;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.BadRequestException;
import dev.tidings.ingest.device.Fleet;
import dev.tidings.schemas.question.DeviceAnswer;
import dev.tidings.schemas.question.JoinList;
import dev.tidings.schemas.question.OperatorQuestion;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.InvalidValueException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Who has joined topics, of the devices of several nodes.
 *
 * <p>Shows G244 of docs/guarantees.md.
 */
@Timeout(120)
class TopicSearchTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final NodeSeal SEAL = new NodeSeal(TokenKeys.parse("1:" + "ab".repeat(32)));
  private static final AppId NEWS = new AppId("com.example.news");
  private static final String TOPICS = "/v1/admin/topics";
  private static final String GOALS = "/v1/admin/topics/goals/subscribers";

  private final Map<String, DeviceAnswer> answers = new TreeMap<>();
  private final List<OperatorQuestion> asked = new ArrayList<>();
  private final Fleet fleet =
      new Fleet(() -> List.copyOf(answers.keySet()), this::ask, SEAL, () -> NOW);
  private final List<AdminOperation> operations = new TopicSearch(fleet, 4).operations();

  private synchronized byte[] ask(String node, byte[] question, Duration atMost)
      throws IOException {
    asked.add(OperatorQuestion.read(question, SEAL, NOW).orElseThrow());
    return answers.get(node).sealed(question, SEAL);
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private void has(String node, List<Integer> partitions, long joins, Map<String, Long> rows) {
    JoinList list = new JoinList(new TreeSet<>(partitions), joins, new TreeMap<>(rows), false);
    answers.put(node, new DeviceAnswer.Found(list.text(), null));
  }

  private JsonNode ask(int operation, String path, String query) throws Exception {
    AdminOperation asked = operations.get(operation);
    Author author = new Author("ADM4567890", "127.0.0.1");
    AdminRequest request = new AdminRequest(author, null, asked.path(), path, query, new byte[0]);
    Response response = asked.handler().answer(request);
    return new ObjectMapper().readTree(response.body());
  }

  @Test
  void topics_of_all_nodes_are_added_up_and_the_page_goes_on_behind_its_last() throws Exception {
    has("a:1", List.of(0, 2), 12, Map.of("goals", 7L, "news", 5L));
    has("b:1", List.of(1, 3), 4, Map.of("goals", 3L, "tag:vip", 1L));

    JsonNode page = ask(0, TOPICS, "app=com.example.news&limit=2");

    assertThat(page.get("topics").findValuesAsText("topic")).containsExactly("goals", "news");
    assertThat(page.get("topics").findValuesAsText("subscribers")).containsExactly("10", "5");
    assertThat(page.get("next").asText())
        .isEqualTo("/v1/admin/topics?app=com.example.news&prefix=&after=news&limit=2");
    assertThat(asked).containsOnly(new OperatorQuestion.Topics(NEWS, "", "", 2));

    JsonNode last = ask(0, TOPICS, "app=com.example.news&prefix=t&after=news");
    assertThat(last.has("next")).isFalse();
    assertThat(asked).contains(new OperatorQuestion.Topics(NEWS, "t", "news", 100));
  }

  @Test
  void subscribers_of_a_topic_are_counted_and_told_a_page_at_a_time() throws Exception {
    has("a:1", List.of(0, 1, 2), 150, Map.of("phone 1", 1L, "phone 3", 1L));
    has("b:1", List.of(3), 1, Map.of("phone 2", 1L));

    JsonNode page = ask(1, GOALS, "app=com.example.news&limit=2");

    assertThat(page.get("subscribers").asLong()).isEqualTo(151);
    assertThat(page.get("devices").toString()).isEqualTo("[\"phone 1\",\"phone 2\"]");
    assertThat(page.get("next").asText())
        .isEqualTo(GOALS + "?app=com.example.news&after=phone%202&limit=2");
    assertThat(asked)
        .containsOnly(new OperatorQuestion.Subscribers(NEWS, new BroadcastTopic("goals"), "", 2));
  }

  @Test
  void a_user_whose_name_has_percent_signs_is_asked_for_and_gone_on_with() throws Exception {
    has("a:1", List.of(0, 1, 2, 3), 2, Map.of("phone 1", 1L, "phone 2", 1L));
    String path = GOALS.replace("goals", "user%3A%2541");

    JsonNode page = ask(1, path, "app=com.example.news&limit=1");

    assertThat(asked)
        .containsOnly(
            new OperatorQuestion.Subscribers(NEWS, new BroadcastTopic("user:%41"), "", 1));
    assertThat(page.get("next").asText())
        .isEqualTo(path + "?app=com.example.news&after=phone%201&limit=1");
  }

  @Test
  void there_is_no_count_while_a_partition_is_counted_by_nobody_or_twice_or_a_node_is_away() {
    has("a:1", List.of(0, 1, 2), 1, Map.of());
    assertRefused("partitions counted: 3 (expected: 4; one has no delivery node)");

    has("b:1", List.of(2, 3), 1, Map.of());
    assertRefused("partitions counted: 3 (expected: 4; partition 2 is moving)");

    answers.put("b:1", new DeviceAnswer.NotNow("a partition cannot be read"));
    assertRefused(
        "partitions counted: 3 (expected: 4; delivery node b:1: a partition cannot be read)");
  }

  private void assertRefused(String why) {
    assertThatThrownBy(() -> ask(1, GOALS, "app=com.example.news"))
        .hasMessage(why)
        .isInstanceOfSatisfying(
            BadRequestException.class, e -> assertThat(e.status().code()).isEqualTo(503));
  }

  @Test
  void names_that_nothing_has_are_refused() {
    assertThatThrownBy(() -> ask(0, TOPICS, null)).isInstanceOf(InvalidValueException.class);
    assertThatThrownBy(() -> ask(0, TOPICS, "app=com.example.news&prefix=a%20b"))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageStartingWith("prefix: a b (expected: ");
    assertThatThrownBy(() -> ask(1, GOALS, "app=com.example.news&after=%00"))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageStartingWith("after: ");
    assertThatThrownBy(() -> ask(1, GOALS.replace("goals", "a%2Fb"), "app=com.example.news"))
        .isInstanceOf(InvalidValueException.class);
    assertThatThrownBy(() -> ask(1, GOALS.replace("goals", "a%"), "app=com.example.news"))
        .isInstanceOf(BadRequestException.class);
    assertThat(asked).isEmpty();
  }
}
