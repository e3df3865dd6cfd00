package dev.tidings.ingest.earlier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.ingest.limit.LimitRules;
import dev.tidings.ingest.peer.KnownPeers;
import dev.tidings.ingest.send.SendBench;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shows G140 of docs/guarantees.md. */
class EarlierAnswersTest {
  private static final NodeSeal SEAL =
      new NodeSeal(TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f"));
  private static final ReceiptKey HERE =
      ReceiptKey.of(NotificationId.random(), new Token("ab".repeat(32)));
  private static final ReceiptKey MOVED =
      ReceiptKey.of(NotificationId.random(), new Token("ab".repeat(32)));

  private final SendBench bench = new SendBench(LimitRules.Fixed.NONE);
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private ReceiptLookup receipts =
      key ->
          key.equals(HERE)
              ? new ReceiptLookup.Place.Here(EarlierAnswer.NOTHING)
              : new ReceiptLookup.Place.There(new HostInfo("other", 1));
  private final Operation answers =
      EarlierAnswers.at(
          EarlierAnswers.ACCEPTED,
          () -> key -> receipts.look(key),
          tasks::add,
          SEAL,
          KnownPeers.bySealAlone());

  @AfterEach
  void close() {
    bench.close();
  }

  private void ask(String seal) {
    String query = NodeQuestion.query(List.of(HERE, MOVED));
    Map.Entry<CharSequence, CharSequence> sealed =
        Map.entry(NodeQuestion.SEAL, seal.isEmpty() ? NodeQuestion.seal(SEAL, query) : seal);
    answers.serve(
        Request.of("GET", EarlierAnswers.ACCEPTED + '?' + query, List.of(sealed)),
        bench.new Client());
  }

  private List<Integer> statuses() {
    return bench.answers.stream().map(Response::status).map(each -> each.code()).toList();
  }

  @Test
  void a_node_is_answered_in_a_thread_that_may_block_and_what_has_moved_is_not_known() {
    ask("");
    assertThat(bench.answers).isEmpty();
    tasks.remove().run();

    assertThat(NodeQuestion.read(bench.answers.getFirst(), 2))
        .containsExactly(EarlierAnswer.NOTHING, EarlierAnswer.UNKNOWN);
  }

  @Test
  void to_all_others_there_is_nothing_here() {
    ask("x");

    assertThat(statuses()).containsExactly(404);
    assertThat(tasks).isEmpty();
  }

  @Test
  void two_are_answered_at_once_and_those_beyond_the_places_are_refused() {
    for (int i = 0; i < 40; i++) {
      ask("");
    }
    assertThat(tasks).hasSize(2);
    assertThat(statuses()).hasSize(8).containsOnly(503);
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    assertThat(statuses()).hasSize(40);
  }

  @Test
  void a_table_that_throws_is_answered_and_its_place_given_back() {
    receipts =
        key -> {
          throw new IllegalStateException("for the test");
        };
    for (int i = 0; i < 3; i++) {
      ask("");
      try {
        tasks.remove().run();
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("for the test");
      }
    }
    assertThat(statuses()).containsExactly(503, 503, 503);
  }
}
