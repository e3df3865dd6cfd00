package dev.tidings.ingest.earlier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Response;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The other node is the test's.
 *
 * <p>Shows G140 of docs/guarantees.md.
 */
class NodeQuestionsTest {
  private record Sent(List<ReceiptKey> keys, CompletableFuture<Response> response) {
    void answer(EarlierAnswer answer) {
      response.complete(NodeQuestion.response(keys.stream().map(_ -> answer).toList()));
    }
  }

  private final List<Sent> sent = new ArrayList<>();
  private final List<EarlierAnswer> answers = new ArrayList<>();
  private long now;
  private boolean throwing;
  private final NodeQuestions node =
      new NodeQuestions(this::send, () -> now, (_, answer) -> answers.add(answer));

  private CompletableFuture<Response> send(List<ReceiptKey> keys) {
    if (throwing) {
      throw new IllegalStateException("for the test");
    }
    CompletableFuture<Response> response = new CompletableFuture<>();
    sent.add(new Sent(keys, response));
    return response;
  }

  private static List<Question> questions(int count) {
    return Stream.generate(() ->
            new Question(
                ReceiptKey.of(NotificationId.random(), new Token("ab".repeat(32))), 0, _ -> {}))
        .limit(count)
        .toList();
  }

  @Test
  void two_requests_are_outstanding_at_most_and_what_comes_meanwhile_goes_together() {
    for (int i = 0; i < 100; i++) {
      node.ask(questions(1));
    }
    assertThat(sent).hasSize(2);

    sent.getFirst().answer(EarlierAnswer.NOTHING);

    assertThat(sent).hasSize(3);
    assertThat(sent.get(2).keys()).hasSize(NodeQuestion.MOST);
    sent.get(1).answer(EarlierAnswer.NOTHING);
    sent.get(2).answer(EarlierAnswer.NOTHING);
    sent.get(3).answer(EarlierAnswer.NOTHING);
    assertThat(sent).hasSize(4);
    assertThat(answers).hasSize(100).containsOnly(EarlierAnswer.NOTHING);
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void a_node_that_fails_to_answer_is_not_asked_for_a_second_and_all_are_answered() {
    node.ask(questions(3 * NodeQuestion.MOST));

    sent.getFirst().response().completeExceptionally(new TimeoutException());
    node.ask(questions(1));

    assertThat(sent).hasSize(2);
    assertThat(answers).hasSize(2 * NodeQuestion.MOST + 1).containsOnly(EarlierAnswer.UNKNOWN);
    sent.get(1).answer(EarlierAnswer.NOTHING);
    assertThat(answers).hasSize(3 * NodeQuestion.MOST + 1);
    now += Duration.ofSeconds(1).toNanos();
    node.ask(questions(1));
    assertThat(sent).hasSize(3);
  }

  @Test
  void a_node_that_cannot_be_asked_or_does_not_understand_answers_nothing() {
    throwing = true;
    node.ask(questions(2));
    assertThat(answers).containsExactly(EarlierAnswer.UNKNOWN, EarlierAnswer.UNKNOWN);

    throwing = false;
    now += Duration.ofSeconds(1).toNanos();
    node.ask(questions(1));
    sent.getFirst().response().complete(Response.of(HttpResponseStatus.NOT_FOUND));

    assertThat(answers).hasSize(3).containsOnly(EarlierAnswer.UNKNOWN);
  }

  @Test
  void what_is_beyond_those_that_may_wait_is_answered_at_once() {
    node.ask(questions(2 * NodeQuestion.MOST));
    node.ask(questions(NodeQuestions.MOST_WAITING + 1));

    // Two were sent on their way before the others came.
    assertThat(sent).hasSize(2);
    assertThat(answers).containsExactly(EarlierAnswer.UNKNOWN);
  }

  @Test
  void questions_that_were_answered_otherwise_are_not_asked() {
    node.ask(questions(2 * NodeQuestion.MOST));
    List<Question> late = questions(2);
    node.ask(late);
    late.getFirst().close();

    sent.getFirst().answer(EarlierAnswer.NOTHING);

    assertThat(sent.get(2).keys()).containsExactly(late.get(1).key());
  }
}
