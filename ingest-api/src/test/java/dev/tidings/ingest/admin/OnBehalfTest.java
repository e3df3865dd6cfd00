package dev.tidings.ingest.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.admin.AdministratorRole;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.body.Body;
import dev.tidings.http.body.BodyListener;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import dev.tidings.ingest.admin.AdminDesk.Answer;
import dev.tidings.ingest.admin.request.ConsoleParts;
import dev.tidings.ingest.json.JsonAnswer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What administrators do for apps of others.
 *
 * <p>Shows G240 of docs/guarantees.md.
 */
@Timeout(120)
class OnBehalfTest {
  private static final String BODY =
      "{\"app\":\"com.example.news\",\"target\":{\"device\":\"phone\"},"
          + "\"payload\":{\"aps\":{\"alert\":\"secret\"}},\"id\":\"one\"}";

  private final List<String> sent = new ArrayList<>();
  private final AdminDesk desk =
      new AdminDesk(
          new ConsoleParts(
              ConsoleParts.NONE.files(),
              List.of(),
              List.of(),
              List.of(new Sending("POST"), new Sending("GET"))));

  @AfterEach
  void close() {
    desk.close();
  }

  /** Answers with what came, and keeps what the audit log had by then. */
  private final class Sending implements Operation {
    private final String method;

    Sending(String method) {
      this.method = method;
    }

    @Override
    public String method() {
      return method;
    }

    @Override
    public PathTemplate path() {
      return PathTemplate.of("/v1/notifications");
    }

    @Override
    public BodyReader serve(Request request, Exchange exchange) {
      String query = request.method() + "?" + request.query();
      return new Body(
          1_000,
          new BodyListener() {
            @Override
            public void complete(byte[] body) {
              sent.add(String.join("; ", desk.changes));
              exchange.respond(
                  JsonAnswer.ok(out -> {
                    out.writeStringField("query", query);
                    out.writeStringField("body", new String(body, StandardCharsets.UTF_8));
                  }));
            }

            @Override
            public void tooLarge() {
              throw new AssertionError();
            }

            @Override
            public void noRoom() {
              throw new AssertionError();
            }

            @Override
            public void aborted() {
              throw new AssertionError();
            }

            @Override
            public void timedOut(boolean bodyMissing) {
              throw new AssertionError();
            }
          });
    }
  }

  private Answer post(@Nullable String type) {
    return desk.ask(
        "POST",
        "/v1/notifications?x=1",
        BODY.getBytes(StandardCharsets.UTF_8),
        "host",
        "localhost",
        "authorization",
        desk.bearer(),
        "content-type",
        type);
  }

  @Test
  void what_is_sent_for_an_app_has_its_line_before_it_is_sent_and_arrives_as_it_was() {
    Answer answer = post("application/json");

    assertThat(answer.json().get("body").asText()).isEqualTo(BODY);
    assertThat(answer.json().get("query").asText()).isEqualTo("POST?x=1");
    assertThat(answer.field("cache-control")).isEqualTo("no-store");
    assertThat(desk.changes)
        .containsExactly(
            AdminDesk.ID
                + " 127.0.0.1 operator post /v1/notifications, app com.example.news, target"
                + " device phone, id one, query x=1");
    assertThat(sent).containsExactlyElementsOf(desk.changes);
  }

  @Test
  void a_long_query_hides_nothing_of_what_is_sent() {
    desk.ask(
        "POST",
        "/v1/notifications?x=" + "A".repeat(3_000),
        BODY.getBytes(StandardCharsets.UTF_8),
        "host",
        "localhost",
        "authorization",
        desk.bearer(),
        "content-type",
        "application/json");

    assertThat(desk.changes)
        .singleElement()
        .asString()
        .contains("app com.example.news, target device phone, id one, query x=AAA")
        .hasSizeLessThan(1_500);
  }

  @Test
  void without_its_line_nothing_is_sent() {
    desk.away = true;

    assertThat(post("application/json").status()).isEqualTo(503);
    assertThat(sent).isEmpty();
  }

  @Test
  void who_may_only_read_sends_nothing_and_reads_without_a_line() {
    desk.role = AdministratorRole.READ;

    assertThat(post("application/json").status()).isEqualTo(403);
    assertThat(desk.get("/v1/notifications?app=a").json().get("query").asText())
        .isEqualTo("GET?app=a");
    assertThat(desk.changes).isEmpty();
  }

  @Test
  void many_lines_at_once_are_for_providers() {
    for (String type :
        List.of("application/x-ndjson", "application/jsonl", "Application/JSONL; charset=utf-8")) {
      post(type).names(415, "content-type", type, "json");
    }
    assertThat(sent).isEmpty();
  }
}
