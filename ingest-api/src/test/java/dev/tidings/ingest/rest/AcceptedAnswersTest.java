package dev.tidings.ingest.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.ingest.repeat.Earlier;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AcceptedAnswersTest {
  private static final NodeSeal SEAL =
      new NodeSeal(TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f"));
  private static final NodeSeal STRANGE =
      new NodeSeal(TokenKeys.parse("2:0f0e0d0c0b0a09080706050403020100"));

  private final AcceptedAnswers answers = new AcceptedAnswers(SEAL);

  private static List<ReceiptKey> keys(int count) {
    return Stream.generate(() -> ReceiptKey.of(NotificationId.random(), new Token("ab".repeat(32))))
        .limit(count)
        .toList();
  }

  private static Request request(String query, String seal) {
    Map.Entry<CharSequence, CharSequence> caller = Map.entry(GetTrace.CALLER, seal);
    return Request.of("GET", "/v1/notifications/x?" + query, List.of(caller));
  }

  @Test
  void a_node_is_asked_for_many_at_once_within_a_request_line() {
    List<ReceiptKey> keys = keys(AcceptedAnswers.MOST);
    String query = AcceptedAnswers.query(keys);

    assertThat(answers.asked(request(query, AcceptedAnswers.seal(SEAL, query)))).contains(keys);
    assertThat(query.length()).isLessThan(3_900);
  }

  @Test
  void nobody_is_told_who_does_not_know_the_token_keys_or_asks_for_more() {
    String query = AcceptedAnswers.query(keys(2));
    String seal = AcceptedAnswers.seal(SEAL, query);
    String many = AcceptedAnswers.query(keys(AcceptedAnswers.MOST + 1));

    assertThat(answers.asked(request(query, AcceptedAnswers.seal(STRANGE, query)))).isEmpty();
    assertThat(answers.asked(request(AcceptedAnswers.query(keys(2)), seal))).isEmpty();
    assertThat(answers.asked(request(query, SEAL.of(query)))).isEmpty();
    assertThat(answers.asked(request("from=0", seal))).isEmpty();
    assertThat(answers.asked(request(many, AcceptedAnswers.seal(SEAL, many)))).isEmpty();
  }

  @Test
  void an_answer_that_is_none_or_too_short_tells_nothing() {
    String fingerprint = "f".repeat(32);

    assertThat(read(200, "17 " + fingerprint + "\n-\n18\n"))
        .containsSequence(
            Optional.of(new Earlier(17, fingerprint)),
            Optional.empty(),
            Optional.of(new Earlier(18, null)));
    assertThat(read(200, "x\n"))
        .containsExactly(Optional.empty(), Optional.empty(), Optional.empty());
    assertThat(read(503, "17\n17\n17\n"))
        .containsExactly(Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static List<Optional<Earlier>> read(int status, String body) {
    return AcceptedAnswers.read(
            Response.of(
                HttpResponseStatus.valueOf(status), body.getBytes(StandardCharsets.US_ASCII)),
            3)
        .subList(0, 3);
  }
}
