package dev.tidings.ingest.earlier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Response;
import dev.tidings.ingest.repeat.Earlier;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;

/**
 * The table, the threads, the time and the other nodes are the test's.
 *
 * <p>Shows G140 of docs/guarantees.md.
 */
class EarlierLookupsTest {
  private static final Token TOKEN = new Token("ab".repeat(32));
  private static final HostInfo NODE = new HostInfo("other", 1);
  private static final Earlier EARLIER = new Earlier(17, "f".repeat(32));
  private static final ReceiptLookup.Place KNOWN =
      new ReceiptLookup.Place.Here(new EarlierAnswer.Known(Optional.of(EARLIER)));

  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final List<List<ReceiptKey>> sent = new ArrayList<>();
  private final List<CompletableFuture<Response>> responses = new ArrayList<>();
  private final List<Optional<Earlier>> found = new ArrayList<>();
  private Function<ReceiptKey, ReceiptLookup.Place> table = key -> KNOWN;
  private boolean stopped;
  private int failures;
  private long now;
  private int unknown;
  private final EarlierLookups lookups =
      new EarlierLookups(
          key -> table.apply(key),
          (node, keys) -> {
            sent.add(keys);
            CompletableFuture<Response> response = new CompletableFuture<>();
            responses.add(response);
            return response;
          },
          this::execute,
          () -> now,
          () -> unknown++);

  private void execute(Runnable task) {
    if (failures-- > 0) {
      throw new OutOfMemoryError("unable to create native thread");
    }
    if (stopped) {
      throw new RejectedExecutionException();
    }
    tasks.add(task);
  }

  private void find() {
    lookups.find(NotificationId.random(), TOKEN, found::add);
  }

  private void run() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private void pass() {
    now += EarlierLookups.PATIENCE.toNanos();
    lookups.expire();
  }

  @Test
  void what_the_table_here_has_is_found() {
    find();
    find();
    find();
    assertThat(tasks).hasSize(EarlierLookups.THREADS);
    run();

    assertThat(found).hasSize(3).containsOnly(Optional.of(EARLIER));
    assertThat(unknown).isZero();
    assertThat(lookups.open()).isZero();
    // The threads that ended are begun again.
    find();
    run();
    assertThat(found).hasSize(4);
  }

  @Test
  void what_another_node_has_is_asked_of_it_together() {
    table = key -> new ReceiptLookup.Place.There(NODE);
    find();
    find();
    run();
    assertThat(sent).singleElement().satisfies(keys -> assertThat(keys).hasSize(2));

    responses
        .getFirst()
        .complete(
            NodeQuestion.response(
                List.of(EarlierAnswer.NOTHING, new EarlierAnswer.Known(Optional.of(EARLIER)))));

    assertThat(found).containsExactly(Optional.empty(), Optional.of(EARLIER));
    assertThat(unknown).isZero();
  }

  @Test
  void what_is_not_known_in_time_counts_as_not_known_whatever_holds_it_up() {
    find();
    // No thread comes to it.
    pass();
    table = key -> new ReceiptLookup.Place.There(NODE);
    find();
    run();
    // The node does not answer, and its answer comes too late.
    pass();
    responses.getFirst().complete(NodeQuestion.response(List.of(KNOWN_ANSWER)));

    assertThat(found).containsExactly(Optional.empty(), Optional.empty());
    assertThat(unknown).isEqualTo(2);
    assertThat(lookups.open()).isZero();
  }

  private static final EarlierAnswer KNOWN_ANSWER = new EarlierAnswer.Known(Optional.of(EARLIER));

  @Test
  void a_table_that_throws_answers_and_so_does_one_that_asked_and_throws_when_it_is_told() {
    table =
        key -> {
          throw new IllegalStateException("for the test");
        };
    lookups.find(
        NotificationId.random(),
        TOKEN,
        earlier -> {
          throw new IllegalStateException("for the test");
        });
    find();
    run();

    assertThat(found).containsExactly(Optional.empty());
    assertThat(unknown).isEqualTo(2);
  }

  @Test
  void a_thread_that_dies_leaves_nobody_waiting_and_another_goes_on() {
    table =
        key -> {
          throw new AssertionError("for the test");
        };
    find();
    try {
      run();
    } catch (AssertionError e) {
      assertThat(e).hasMessage("for the test");
    }
    pass();
    assertThat(found).containsExactly(Optional.empty());

    table = key -> KNOWN;
    find();
    run();
    assertThat(found).containsExactly(Optional.empty(), Optional.of(EARLIER));
  }

  @Test
  void what_is_beyond_those_that_may_be_open_is_not_known() {
    for (int i = 0; i <= EarlierLookups.MOST_OPEN; i++) {
      find();
    }
    assertThat(found).containsExactly(Optional.empty());
    run();
    assertThat(found).hasSize(EarlierLookups.MOST_OPEN + 1);
    assertThat(unknown).isEqualTo(1);
  }

  @Test
  void while_no_thread_comes_to_them_those_that_were_answered_are_not_kept() {
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 1_000; i++) {
        find();
      }
      assertThat(lookups.waiting()).isEqualTo(1_000);
      pass();
      assertThat(lookups.waiting()).isZero();
    }

    assertThat(found).hasSize(3_000).containsOnly(Optional.empty());
    find();
    run();
    assertThat(found.getLast()).contains(EARLIER);
  }

  @Test
  void what_was_answered_while_the_table_was_slow_is_not_looked_up_any_more() {
    List<ReceiptKey> looked = new ArrayList<>();
    table =
        key -> {
          looked.add(key);
          pass();
          return KNOWN;
        };
    find();
    find();
    run();

    assertThat(looked).hasSize(1);
    assertThat(found).containsExactly(Optional.empty(), Optional.empty());
  }

  @Test
  void when_the_service_stops_all_are_answered() {
    find();
    stopped = true;
    find();
    find();
    lookups.close();

    assertThat(found).hasSize(3).containsOnly(Optional.empty());
  }

  /** As where a process may have no more threads, until others have ended. */
  @Test
  void a_thread_that_cannot_be_started_is_tried_again_by_the_next_question() {
    failures = 3;
    for (int i = 0; i < 3; i++) {
      find();
    }
    assertThat(found).hasSize(3).containsOnly(Optional.empty());

    find();
    run();

    assertThat(found.getLast()).contains(EARLIER);
  }
}
