package dev.tidings.ingest.earlier;

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

class NodeQuestionTest {
  private static final NodeSeal SEAL =
      new NodeSeal(TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f"));
  private static final NodeSeal STRANGE =
      new NodeSeal(TokenKeys.parse("2:0f0e0d0c0b0a09080706050403020100"));

  private static List<ReceiptKey> keys(int count) {
    return Stream.generate(() -> ReceiptKey.of(NotificationId.random(), new Token("ab".repeat(32))))
        .limit(count)
        .toList();
  }

  private static Optional<List<ReceiptKey>> asked(String query, String seal) {
    Map.Entry<CharSequence, CharSequence> sealed = Map.entry(NodeQuestion.SEAL, seal);
    return NodeQuestion.asked(
        Request.of("GET", EarlierAnswers.ACCEPTED + '?' + query, List.of(sealed)), SEAL);
  }

  @Test
  void a_node_is_asked_for_many_at_once_within_a_request_line() {
    List<ReceiptKey> keys = keys(NodeQuestion.MOST);
    String query = NodeQuestion.query(keys);

    assertThat(asked(query, NodeQuestion.seal(SEAL, query))).contains(keys);
    assertThat(query.length()).isLessThan(3_900);
  }

  @Test
  void nobody_is_told_who_does_not_know_the_token_keys_or_asks_for_more() {
    String query = NodeQuestion.query(keys(2));
    String seal = NodeQuestion.seal(SEAL, query);
    String many = NodeQuestion.query(keys(NodeQuestion.MOST + 1));

    assertThat(asked(query, NodeQuestion.seal(STRANGE, query))).isEmpty();
    assertThat(asked(NodeQuestion.query(keys(2)), seal)).isEmpty();
    assertThat(asked(query, SEAL.of(query))).isEmpty();
    assertThat(asked("from=0", seal)).isEmpty();
    assertThat(asked(many, NodeQuestion.seal(SEAL, many))).isEmpty();
  }

  @Test
  void answers_are_read_as_they_were_written() {
    List<EarlierAnswer> answers =
        List.of(
            new EarlierAnswer.Known(Optional.of(new Earlier(17, "f".repeat(32)))),
            EarlierAnswer.NOTHING,
            EarlierAnswer.UNKNOWN,
            new EarlierAnswer.Known(Optional.of(new Earlier(18, null))));

    assertThat(NodeQuestion.read(NodeQuestion.response(answers), 4)).isEqualTo(answers);
  }

  @Test
  void what_is_no_answer_is_read_as_none() {
    assertThat(read(200, "x\n17\n17\n")).isEmpty();
    assertThat(read(200, "17\n17\n")).isEmpty();
    assertThat(read(503, "17\n17\n17\n")).isEmpty();
  }

  private static List<EarlierAnswer> read(int status, String body) {
    return NodeQuestion.read(
        Response.of(HttpResponseStatus.valueOf(status), body.getBytes(StandardCharsets.US_ASCII)),
        3);
  }
}
