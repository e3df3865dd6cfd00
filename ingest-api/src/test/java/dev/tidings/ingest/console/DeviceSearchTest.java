package dev.tidings.ingest.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlWriter.Author;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.BadRequestException;
import dev.tidings.ingest.admin.request.Decisions;
import dev.tidings.ingest.device.Fleet;
import dev.tidings.schemas.question.DeviceAnswer;
import dev.tidings.schemas.question.DeviceList;
import dev.tidings.schemas.question.OperatorQuestion;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Devices of several nodes, as one list.
 *
 * <p>Shows G240 of docs/guarantees.md.
 */
@Timeout(120)
class DeviceSearchTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final NodeSeal SEAL = new NodeSeal(TokenKeys.parse("1:" + "ab".repeat(32)));

  private final Map<String, DeviceAnswer> answers = new TreeMap<>();
  private final List<OperatorQuestion> asked = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final Fleet fleet =
      new Fleet(() -> List.copyOf(answers.keySet()), this::ask, SEAL, () -> NOW);
  private final List<AdminOperation> operations =
      new DeviceSearch(
              fleet,
              new Decisions() {
                @Override
                public <T> T take(Author author, Step<T> step) {
                  throw new AssertionError();
                }

                @Override
                public void note(Author author, String entry, String what) {
                  lines.add(author.who() + " " + entry + " " + what);
                }

                @Override
                public ControlEntries entries() {
                  throw new AssertionError();
                }
              })
          .operations();

  private synchronized byte[] ask(String node, byte[] question, Duration atMost)
      throws IOException {
    asked.add(OperatorQuestion.read(question, SEAL, NOW).orElseThrow());
    if (answers.get(node) instanceof DeviceAnswer.Unknown) {
      throw new IOException("it is away");
    }
    return answers.get(node).sealed(question, SEAL);
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private void has(String node, boolean more, String... devices) {
    List<DeviceList.Known> known = new ArrayList<>();
    for (String each : devices) {
      known.add(new DeviceList.Known(each.substring(1), each.startsWith("+")));
    }
    answers.put(node, new DeviceAnswer.Found(new DeviceList(known, more).text(), null));
  }

  private JsonNode ask(int operation, String path, String query) throws Exception {
    AdminOperation asked = operations.get(operation);
    Response response =
        asked
            .handler()
            .answer(
                new AdminRequest(
                    new Author("ADM4567890", "127.0.0.1"),
                    null,
                    asked.path(),
                    path,
                    query,
                    new byte[0]));
    return new ObjectMapper().readTree(response.body());
  }

  @Test
  void devices_of_all_nodes_come_in_one_order_and_the_page_goes_on_behind_its_last()
      throws Exception {
    has("a:1", false, "+phone-1", "-phone-3", "-phone-4");
    has("b:1", false, "-phone-2", "+phone-3");

    JsonNode page = ask(0, "/v1/admin/devices", "prefix=pho&limit=3");

    assertThat(page.get("devices").findValuesAsText("device"))
        .containsExactly("phone-1", "phone-2", "phone-3");
    assertThat(page.get("devices").findValuesAsText("connected"))
        .containsExactly("true", "false", "true");
    assertThat(page.get("next").asText())
        .isEqualTo("/v1/admin/devices?prefix=pho&after=phone-3&limit=3");
    assertThat(asked).containsOnly(new OperatorQuestion.Devices("pho", "", 3));
    assertThat(page.get("missing")).isEmpty();
  }

  @Test
  void a_node_that_does_not_answer_is_named() throws Exception {
    has("a:1", false, "+phone-1");
    answers.put("b:1", new DeviceAnswer.Unknown());

    JsonNode page = ask(0, "/v1/admin/devices", null);

    assertThat(page.get("devices")).hasSize(1);
    assertThat(page.get("missing").get(0).asText()).isEqualTo("b:1");
    assertThat(page.has("next")).isFalse();
  }

  @Test
  void a_connection_is_closed_by_the_node_that_has_the_device_and_a_line_says_who_wanted_it()
      throws Exception {
    answers.put("a:1", new DeviceAnswer.Elsewhere("b:1"));
    answers.put("b:1", new DeviceAnswer.Found("true", null));

    JsonNode answer = ask(1, "/v1/admin/devices/phone%201/connection", null);

    assertThat(answer.get("disconnected").asBoolean()).isTrue();
    assertThat(lines).containsExactly("ADM4567890 device/phone 1 device disconnect: phone 1");
  }

  @Test
  void a_token_is_revoked_by_the_node_that_has_the_device_and_a_line_says_who_wanted_it()
      throws Exception {
    answers.put("a:1", new DeviceAnswer.Elsewhere("b:1"));
    answers.put("b:1", new DeviceAnswer.Found("01ab", null));

    JsonNode answer = ask(2, "/v1/admin/devices/phone%201/registrations/com.example.news", null);

    assertThat(answer.get("token").asText()).isEqualTo("01ab");
    assertThat(asked)
        .containsOnly(
            new OperatorQuestion.Revoke(new DeviceId("phone 1"), new AppId("com.example.news")));
    assertThat(lines)
        .containsExactly("ADM4567890 device/phone 1 device revoke: phone 1, app com.example.news");
  }

  @Test
  void where_the_devices_node_is_away_nobody_claims_that_it_was_disconnected() {
    answers.put("a:1", new DeviceAnswer.Elsewhere("b:1"));
    answers.put("b:1", new DeviceAnswer.Unknown());

    assertThatThrownBy(() -> ask(1, "/v1/admin/devices/phone/connection", null))
        .isInstanceOfSatisfying(
            BadRequestException.class, e -> assertThat(e.status().code()).isEqualTo(503));
  }
}
