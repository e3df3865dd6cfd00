package dev.tidings.ingest.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.http.Response;
import dev.tidings.ingest.trace.TraceResult;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceJsonTest {
  private final NotificationId id = NotificationId.random();

  private JsonNode told(Step... steps) throws Exception {
    byte[] json =
        new TraceJson()
            .found(
                id,
                new TraceResult.Found(
                    List.of(
                        new TraceResult.Receipted(
                            UniqueId.of(id, "token"),
                            new Receipt(
                                id.value(),
                                "token",
                                "phone",
                                "com.example",
                                Outcome.DELIVERED,
                                List.of(steps),
                                null),
                            null)),
                    null));
    String text = new String(json, StandardCharsets.UTF_8);
    assertThat(text.chars()).allMatch(c -> c >= ' ' && c < 0x7f);
    return new ObjectMapper().readTree(json);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1970-01-01T00:00:00.000Z",
    "-1, 1969-12-31T23:59:59.999Z",
    "-62135596800000, 0001-01-01T00:00:00.000Z",
    "253402300800000, +10000-01-01T00:00:00.000Z",
    "9223372036854775807, +292278994-08-17T07:12:55.807Z",
    "-9223372036854775808, -292275055-05-16T16:47:04.192Z",
  })
  void any_time_is_told(long millis, String at) throws Exception {
    JsonNode step =
        told(
                new Step(StepName.ACCEPTED, millis, "node", null),
                new Step(StepName.CONFIRMED, Long.MAX_VALUE, "node", null))
            .at("/steps/0");

    assertThat(step.path("at").asText()).isEqualTo(at);
    assertThat(step.path("atMillis").asLong()).isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u001b[2J\u001b]0;x\u0007",
        "\u009b2J",
        "\u007f\u0000\r\n\t\"\\",
        "\u202egnp.exe",
        "für 新闻 \ud83d\ude00"
      })
  void any_text_is_told_and_harms_no_terminal(String text) throws Exception {
    JsonNode step = told(new Step(StepName.ACCEPTED, 0L, text, text)).at("/steps/0");

    assertThat(step.path("where").asText()).isEqualTo(text);
    assertThat(step.path("why").asText()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d", "a\ude00b", "\ude00\ud83d", "x\ud83d"})
  void half_a_character_is_no_failure(String text) throws Exception {
    assertThat(told(new Step(StepName.ACCEPTED, 0L, text, text)).at("/steps/0/step").asText())
        .isEqualTo("accepted");
  }

  @Test
  void one_trace_too_many_is_told_which_limit_it_exceeds_and_when_to_come_again() {
    Response busy = new TraceResponses().busy();

    assertThat(busy.status()).isEqualTo(HttpResponseStatus.TOO_MANY_REQUESTS);
    assertThat(new String(busy.body(), StandardCharsets.UTF_8)).contains("\"limit\":\"traces\"");
    assertThat(Arrays.toString(busy.fields()))
        .contains("retry-after, 1, ratelimit, \"traces\";r=0;t=1");
  }

  @Test
  void what_was_asked_for_is_told_back_harmless() throws Exception {
    byte[] json =
        new TraceJson()
            .problem(
                TraceProblem.of(
                    HttpResponseStatus.CONFLICT, "\u001b\u0085\ud800: expected: a UUID"));

    assertThat(new ObjectMapper().readTree(json).path("title").asText()).isEqualTo("Conflict");
  }
}
