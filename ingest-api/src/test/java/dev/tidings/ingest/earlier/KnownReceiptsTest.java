package dev.tidings.ingest.earlier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Response;
import dev.tidings.ingest.earlier.KnownReceipts.Presence;
import dev.tidings.ingest.repeat.Earlier;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;

/** Which notifications have a receipt, here and at other nodes. */
class KnownReceiptsTest {
  private static final HostInfo NODE = new HostInfo("other", 1);
  private static final HostInfo SECOND = new HostInfo("second", 1);
  private static final EarlierAnswer THERE =
      new EarlierAnswer.Known(Optional.of(new Earlier(0, null)));

  private final Map<ReceiptKey, ReceiptLookup.Place> places = new HashMap<>();
  private final Map<ReceiptKey, EarlierAnswer> remote = new HashMap<>();
  private final List<List<ReceiptKey>> asked = new ArrayList<>();
  private CompletableFuture<Response> instead = new CompletableFuture<>();
  private boolean answering = true;
  private final KnownReceipts receipts =
      new KnownReceipts(
          () -> key -> places.getOrDefault(key, new ReceiptLookup.Place.There(NODE)),
          (node, keys) -> {
            asked.add(List.copyOf(keys));
            return answering
                ? CompletableFuture.completedFuture(
                    NodeQuestion.response(keys.stream().map(remote::get).toList()))
                : instead;
          });

  private ReceiptKey here(EarlierAnswer answer) {
    ReceiptKey key = ReceiptKey.of(NotificationId.random(), new Token("ab".repeat(32)));
    places.put(key, new ReceiptLookup.Place.Here(answer));
    return key;
  }

  private ReceiptKey there(EarlierAnswer answer) {
    ReceiptKey key = ReceiptKey.of(NotificationId.random(), new Token("ab".repeat(32)));
    remote.put(key, answer);
    return key;
  }

  @Test
  void each_is_told_in_the_order_of_the_keys_wherever_it_is() throws InterruptedException {
    List<ReceiptKey> keys =
        List.of(
            there(EarlierAnswer.NOTHING),
            here(THERE),
            there(THERE),
            here(EarlierAnswer.NOTHING),
            here(EarlierAnswer.UNKNOWN),
            there(EarlierAnswer.UNKNOWN));

    assertThat(receipts.look(keys))
        .containsExactly(
            Presence.NONE,
            Presence.THERE,
            Presence.THERE,
            Presence.NONE,
            Presence.UNKNOWN,
            Presence.UNKNOWN);
    assertThat(asked).hasSize(1);
  }

  @Test
  void many_go_in_several_questions() throws InterruptedException {
    List<ReceiptKey> keys = Stream.generate(() -> there(THERE)).limit(150).toList();

    assertThat(receipts.look(keys)).hasSize(150).containsOnly(Presence.THERE);
    assertThat(asked).hasSize(3).allMatch(each -> each.size() <= NodeQuestion.MOST);
  }

  @Test
  void of_a_node_that_does_not_answer_nothing_is_known_and_it_is_asked_once()
      throws InterruptedException {
    List<ReceiptKey> keys = new ArrayList<>(Collections.nCopies(1, here(THERE)));
    Stream.generate(() -> there(THERE)).limit(150).forEach(keys::add);
    answering = false;
    for (CompletableFuture<Response> each :
        List.of(
            CompletableFuture.<Response>failedFuture(new IllegalStateException("for the test")),
            // As a node of an earlier version answers.
            CompletableFuture.completedFuture(Response.of(HttpResponseStatus.NOT_FOUND)),
            new CompletableFuture<Response>())) {
      asked.clear();
      instead = each;

      List<Presence> found = receipts.look(keys);

      assertThat(found.getFirst()).isEqualTo(Presence.THERE);
      assertThat(found.subList(1, keys.size())).containsOnly(Presence.UNKNOWN);
      assertThat(asked).hasSize(1);
    }
  }

  @Test
  void other_nodes_are_asked_though_one_does_not_answer() throws InterruptedException {
    List<ReceiptKey> keys = List.of(there(EarlierAnswer.NOTHING), there(EarlierAnswer.NOTHING));
    places.put(keys.get(0), new ReceiptLookup.Place.There(SECOND));
    answering = false;
    instead = CompletableFuture.failedFuture(new IllegalStateException("for the test"));

    assertThat(receipts.look(keys)).containsOnly(Presence.UNKNOWN);
    assertThat(asked).hasSize(2);
  }
}
