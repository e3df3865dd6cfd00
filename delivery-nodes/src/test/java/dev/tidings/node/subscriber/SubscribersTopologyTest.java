package dev.tidings.node.subscriber;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.table.TableHarness;
import dev.tidings.schemas.avro.Membership;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How what providers request is carried out, in a table with a real store: G133. */
final class SubscribersTopologyTest {
  private static final String TOKEN = "0123456789abcdef".repeat(4);
  private static final DeviceKey KEY =
      new TopicMembership(
              new DeviceId("phone"), new AppId("com.example.news"), new BroadcastTopic("goals"))
          .key();

  @TempDir Path directory;
  private final FakeRegistry registry = new FakeRegistry();
  private final List<String> made = new CopyOnWriteArrayList<>();
  private final List<ProviderChange> results = new CopyOnWriteArrayList<>();
  private final Queue<Runnable> later = new ConcurrentLinkedQueue<>();
  private final Queue<CompletableFuture<ProviderChange>> answers = new ConcurrentLinkedQueue<>();
  private volatile Instant now = Instant.ofEpochMilli(9);
  private TableHarness<Membership> node;
  private Subscribers subscribers;

  @BeforeEach
  void open() {
    node = new TableHarness<>(directory, LogTopics.MEMBERSHIPS, Subscribers.RULE, registry);
    subscribers = new Subscribers(node.table(), this::change, results::add, () -> now, later::add);
  }

  @AfterEach
  void close() {
    node.close();
    registry.close();
  }

  private CompletionStage<ProviderChange> change(
      TopicMembership membership, Token token, boolean joins) {
    assertThat(token.hex()).isEqualTo(TOKEN);
    made.add((joins ? "joins " : "leaves ") + membership.topic());
    CompletableFuture<ProviderChange> answer = answers.poll();
    return answer == null ? CompletableFuture.completedFuture(ProviderChange.DONE) : answer;
  }

  private CompletableFuture<ProviderChange> nextAnswer() {
    CompletableFuture<ProviderChange> answer = new CompletableFuture<>();
    answers.add(answer);
    return answer;
  }

  private static Membership request(String id, boolean joins) {
    return new Membership(id, Long.parseLong(id), TOKEN, joins, 1L, null);
  }

  private void arrives(Membership request) {
    node.arrives(KEY.bytes(), node.serialized(request));
  }

  private void start() {
    subscribers.start();
    node.comeBack();
  }

  private static void until(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(condition);
  }

  /** Nothing is being done, and the table has what was written. */
  private void settle() {
    until(() -> {
      node.comeBack();
      return subscribers.open() == 0;
    });
    node.comeBack();
  }

  private boolean isEmpty() {
    return node.table().get(KEY).join().isEmpty();
  }

  private boolean isDone() {
    return node.table().get(KEY).join().filter(SubscriberRule::isDone).isPresent();
  }

  /** The time has passed for which it is remembered that it is done. */
  private void assertIsForgotten() {
    assertThat(isDone()).isTrue();
    subscribers.sweep();
    now = now.plus(Subscribers.REMEMBERED);
    until(() -> {
      subscribers.sweep();
      node.comeBack();
      return isEmpty();
    });
  }

  @Test
  void what_is_requested_is_done_and_removed() {
    start();
    arrives(request("1", true));
    until(() -> results.size() == 1);
    settle();

    assertThat(made).containsExactly("joins goals");
    assertThat(results).containsExactly(ProviderChange.DONE);
    assertIsForgotten();
  }

  @Test
  void what_came_while_an_earlier_owner_had_the_device_is_done_by_the_next() {
    node.restore(KEY.bytes(), node.serialized(request("1", false)));
    start();
    until(() -> results.size() == 1);
    settle();

    assertThat(made).containsExactly("leaves goals");
    assertIsForgotten();
  }

  @Test
  void what_an_earlier_owner_was_done_with_is_removed_and_not_done_again() {
    now = now.plus(Subscribers.REMEMBERED);
    node.restore(KEY.bytes(), node.serialized(new Membership("1", 1L, TOKEN, true, 1L, 5L)));
    start();
    until(() -> {
      node.comeBack();
      return isEmpty();
    });

    assertThat(made).isEmpty();
  }

  @Test
  void a_request_that_comes_while_the_one_before_it_is_being_done_is_done_behind_it() {
    CompletableFuture<ProviderChange> first = nextAnswer();
    start();
    arrives(request("1", true));
    until(() -> made.size() == 1);
    arrives(request("2", false));
    first.complete(ProviderChange.DONE);
    until(() -> {
      node.comeBack();
      return made.size() >= 2 && subscribers.open() == 0 && isDone();
    });

    assertThat(made).startsWith("joins goals", "leaves goals").doesNotHaveDuplicates();
    assertThat(results).hasSize(2);
  }

  /** Another team's provider may send any number. */
  @Test
  void what_one_app_requests_waits_for_no_others() {
    List<CompletableFuture<ProviderChange>> running =
        Stream.generate(this::nextAnswer).limit(300).toList();
    start();
    for (int i = 0; i < 300; i++) {
      arrives("com.example.flood", "n" + i);
    }
    until(() -> made.size() == 256 && subscribers.open() == 300);
    arrives("com.example.news", "goals");
    until(() -> subscribers.open() == 301);
    assertThat(made).hasSize(256);

    running.subList(0, 2).forEach(answer -> answer.complete(ProviderChange.DONE));

    until(() -> made.size() == 258);
    assertThat(made).contains("joins goals");
    running.forEach(answer -> answer.complete(ProviderChange.DONE));
    answers.clear();
    settle();
    assertThat(results).hasSize(301);
  }

  private void arrives(String app, String topic) {
    DeviceKey key =
        new TopicMembership(new DeviceId("phone"), new AppId(app), new BroadcastTopic(topic)).key();
    node.arrives(key.bytes(), node.serialized(request("1", true)));
  }

  @Test
  void what_became_of_it_is_told() {
    nextAnswer().complete(ProviderChange.TOO_MANY);
    start();
    arrives(request("1", true));
    until(() -> results.size() == 1);
    settle();

    assertThat(results).containsExactly(ProviderChange.TOO_MANY);
    assertIsForgotten();
  }

  @Test
  void what_fails_is_tried_again_until_it_is_done() {
    nextAnswer().completeExceptionally(new IllegalStateException("for the test"));
    start();
    arrives(request("1", true));
    until(() -> !later.isEmpty());
    assertThat(results).isEmpty();
    later.remove().run();
    until(() -> results.size() == 1);
    settle();

    assertThat(made).containsExactly("joins goals", "joins goals");
    assertIsForgotten();
  }

  @Test
  void a_record_that_is_none_of_ours_changes_nothing_and_is_removed() {
    start();
    node.arrives(KEY.bytes(), node.serialized(new Membership("1", 1L, "no token", true, 1L, null)));
    until(() -> results.size() == 1);
    settle();

    assertThat(made).isEmpty();
    assertThat(results).containsExactly(ProviderChange.NOT_CURRENT);
    assertIsForgotten();
  }

  @Test
  void a_later_request_is_hidden_by_nothing_that_is_about_the_one_before() {
    Membership later = request("2", false);
    Membership done = new Membership("1", 1L, TOKEN, true, 1L, 5L);
    assertThat(Subscribers.RULE.accepts(request("1", true), later)).isTrue();
    assertThat(Subscribers.RULE.accepts(later, done)).isFalse();
    assertThat(Subscribers.RULE.accepts(later, null)).isFalse();
    assertThat(Subscribers.RULE.accepts(later, later)).isTrue();
    assertThat(Subscribers.RULE.accepts(done, null)).isTrue();
    assertThat(Subscribers.RULE.accepts(done, later)).isTrue();
  }

  @Test
  void an_earlier_request_that_is_written_behind_a_later_one_does_not_replace_it() {
    Membership earlier = request("1", true);
    Membership later = request("2", false);
    assertThat(Subscribers.RULE.accepts(later, earlier)).isFalse();
    // After it was registered anew, the device has another token, with an order of its own.
    Membership ofNewToken = new Membership("3", 0L, "a".repeat(64), true, 1L, null);
    assertThat(Subscribers.RULE.accepts(later, ofNewToken)).isTrue();
  }

  @Test
  void of_three_requests_that_cross_the_end_of_the_first_the_last_one_counts() {
    CompletableFuture<ProviderChange> first = nextAnswer();
    start();
    arrives(request("1", false));
    until(() -> made.size() == 1);
    arrives(request("2", false));
    first.complete(ProviderChange.DONE);
    until(() -> !results.isEmpty());
    // The end of the first comes: the second stays, and is written once more, behind the third.
    node.comeBack();
    arrives(request("3", true));
    until(() -> {
      node.comeBack();
      return subscribers.open() == 0 && isDone();
    });

    assertThat(made).endsWith("joins goals");
  }

  /** By a streams-processor that was suspended, or was killed before a commit. */
  @Test
  void an_earlier_request_that_is_written_once_more_behind_the_end_of_a_later_one_is_not_done() {
    start();
    arrives(request("1", true));
    settle();
    arrives(request("2", false));
    settle();
    assertThat(made).containsExactly("joins goals", "leaves goals");

    arrives(request("1", true));
    settle();

    assertThat(made).containsExactly("joins goals", "leaves goals");
  }

  @Test
  void a_request_behind_a_topic_that_was_made_anew_is_done_though_its_offset_is_lower() {
    start();
    arrives(request("2", false));
    settle();
    Membership anew = request("1", true);
    anew.put("requestedAt", anew.getRequestedAt() + Duration.ofMinutes(2).toMillis());
    arrives(anew);
    settle();

    assertThat(made).containsExactly("leaves goals", "joins goals");
  }

  /** The node is killed, and the table is restored by whoever has the device then. */
  @Test
  void a_request_that_came_while_the_one_before_was_done_is_the_last_one_of_its_key_in_the_log() {
    CompletableFuture<ProviderChange> first = nextAnswer();
    CompletableFuture<ProviderChange> second = nextAnswer();
    start();
    arrives(request("1", true));
    until(() -> made.size() == 1);
    arrives(request("2", false));
    first.complete(ProviderChange.DONE);
    until(() -> made.size() == 2);

    assertThat(node.written())
        .filteredOn(record -> Arrays.equals(record.key(), KEY.bytes()))
        .isEmpty();
    second.complete(ProviderChange.DONE);
    settle();
    assertThat(isDone()).isTrue();
    assertThat(results).hasSize(2);
  }
}
