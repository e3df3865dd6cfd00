package dev.tidings.node.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.table.TableHarness;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.question.DeviceAnswer;
import dev.tidings.schemas.question.JoinList;
import dev.tidings.schemas.question.OperatorQuestion;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who has joined topics, as a node counts it from its table.
 *
 * <p>Shows G244 of docs/guarantees.md.
 */
class JoinViewsTopologyTest {
  private static final AppId NEWS = new AppId("com.example.news");
  private static final BroadcastTopic GOALS = new BroadcastTopic("goals");
  private static final String TOKEN = "01" + "cd".repeat(31);

  @TempDir Path directory;
  private TableHarness<Subscription> harness;
  private final AtomicLong nanos = new AtomicLong();
  private volatile long eachLook;
  private JoinViews views;

  @BeforeEach
  void open() {
    harness = new TableHarness<>(directory, LogTopics.SUBSCRIPTIONS, (before, after) -> true);
    views = new JoinViews(harness.table(), () -> nanos.getAndAdd(eachLook));
  }

  @AfterEach
  void close() {
    harness.close();
  }

  private static DeviceKey key(String device, String app, String topic) {
    return new TopicMembership(new DeviceId(device), new AppId(app), new BroadcastTopic(topic))
        .key();
  }

  private static Subscription joined() {
    return new Subscription(List.of(), 0L, null, TOKEN, 1_000L);
  }

  private void joins(String device, String app, String topic) {
    harness.table().put(key(device, app, topic), joined()).join();
  }

  private CompletableFuture<DeviceAnswer> ask(OperatorQuestion.Joins question) {
    return views.answer(question);
  }

  private JoinList told(OperatorQuestion.Joins question) {
    // Whoever asks does not wait for long, and asks again.
    DeviceAnswer answer =
        Awaitility.await().until(() -> ask(question).join(), DeviceAnswer.Found.class::isInstance);
    return JoinList.parse(((DeviceAnswer.Found) answer).json());
  }

  private static JoinList list(long joins, boolean more, Map<String, Long> rows) {
    return new JoinList(new TreeSet<>(List.of(0)), joins, new TreeMap<>(rows), more);
  }

  @Test
  void topics_are_counted_by_app_and_prefix_and_sessions_are_none() {
    harness.comeBack();
    joins("a", "com.example.news", "goals");
    joins("b", "com.example.news", "goals");
    joins("b", "com.example.news", "go");
    joins("b", "com.example.newspaper", "goals");
    joins("c", "com.example.news", "tag:vip");
    harness.table().put(new DeviceKey(new DeviceId("a"), ""), joined()).join();
    harness.comeBack();

    assertThat(told(new OperatorQuestion.Topics(NEWS, "", "", 100)))
        .isEqualTo(list(4, false, Map.of("go", 1L, "goals", 2L, "tag:vip", 1L)));
    assertThat(told(new OperatorQuestion.Topics(NEWS, "goa", "", 100)))
        .isEqualTo(list(2, false, Map.of("goals", 2L)));
    assertThat(told(new OperatorQuestion.Topics(NEWS, "", "go", 1)))
        .isEqualTo(list(4, true, Map.of("goals", 2L)));
  }

  @Test
  void a_join_counts_once_before_it_comes_back_and_after_and_a_leave_at_once() {
    harness.comeBack();
    joins("a", "com.example.news", "goals");
    joins("b", "com.example.news", "goals");
    OperatorQuestion.Joins question = new OperatorQuestion.Subscribers(NEWS, GOALS, "", 100);
    assertThat(told(question)).isEqualTo(list(2, false, Map.of("a", 1L, "b", 1L)));

    harness.comeBack();
    assertThat(told(question)).isEqualTo(list(2, false, Map.of("a", 1L, "b", 1L)));

    // In the store it is another record until this one comes back.
    joins("b", "com.example.news", "goals");
    harness.table().remove(key("a", "com.example.news", "goals")).join();
    assertThat(told(question)).isEqualTo(list(1, false, Map.of("b", 1L)));

    harness.comeBack();
    assertThat(told(question)).isEqualTo(list(1, false, Map.of("b", 1L)));
  }

  @Test
  void a_page_has_the_first_behind_a_name_however_many_there_are() {
    harness.comeBack();
    byte[] record = harness.serialized(joined());
    for (int i = 9_999; i >= 0; i--) {
      harness.restore(key("phone-%04d".formatted(i), "com.example.news", "goals").bytes(), record);
    }
    // Of another length, and so elsewhere in the store.
    harness.restore(key("phone-00015", "com.example.news", "goals").bytes(), record);

    JoinList page = told(new OperatorQuestion.Subscribers(NEWS, GOALS, "phone-0000", 3));

    assertThat(page)
        .isEqualTo(
            list(10_001, true, Map.of("phone-0001", 1L, "phone-00015", 1L, "phone-0002", 1L)));
    assertThat(told(new OperatorQuestion.Subscribers(NEWS, GOALS, "phone-9998", 3)))
        .isEqualTo(list(10_001, false, Map.of("phone-9999", 1L)));
  }

  @Test
  void who_joined_before_the_partition_was_taken_over_is_waited_for() {
    CompletableFuture<DeviceAnswer> answer =
        ask(new OperatorQuestion.Subscribers(NEWS, GOALS, "", 100));
    harness.arrives(key("a", "com.example.news", "goals").bytes(), harness.serialized(joined()));

    harness.comeBack();

    // Whoever asks does not wait for long; then it is another answer, and never a lower count.
    assertThat(answer.join())
        .satisfiesAnyOf(
            told ->
                assertThat(told)
                    .isEqualTo(
                        new DeviceAnswer.Found(list(1, false, Map.of("a", 1L)).text(), null)),
            told -> assertThat(told).isInstanceOf(DeviceAnswer.NotNow.class));
    assertThat(told(new OperatorQuestion.Subscribers(NEWS, GOALS, "", 100)).joins()).isOne();
  }

  @Test
  void a_partition_that_goes_elsewhere_is_not_counted() {
    CompletableFuture<DeviceAnswer> waiting =
        ask(new OperatorQuestion.Subscribers(NEWS, GOALS, "", 100));
    harness.lose();

    assertThat(waiting.join()).isInstanceOf(DeviceAnswer.NotNow.class);
    assertThat(told(new OperatorQuestion.Subscribers(NEWS, GOALS, "", 100)).partitions()).isEmpty();
  }

  @Test
  void what_takes_longer_than_whoever_asks_waits_is_not_read_on_and_says_so() {
    harness.comeBack();
    joins("a", "com.example.news", "goals");
    joins("b", "com.example.news", "goals");
    eachLook = Duration.ofSeconds(1).toNanos();

    assertThat(ask(new OperatorQuestion.Subscribers(NEWS, GOALS, "", 100)).join())
        .isEqualTo(new DeviceAnswer.NotNow("more have joined topics than this node reads in 2 s"));

    eachLook = 0;
    assertThat(told(new OperatorQuestion.Subscribers(NEWS, GOALS, "", 100)).joins()).isEqualTo(2);
  }

  @Test
  void names_in_the_log_that_no_topic_has_are_no_rows() {
    harness.comeBack();
    harness.restore(
        new DeviceKey(new DeviceId("a"), "com.example.news/a\nb").bytes(),
        harness.serialized(joined()));

    assertThat(told(new OperatorQuestion.Topics(NEWS, "", "", 100)).rows()).isEmpty();
  }
}
