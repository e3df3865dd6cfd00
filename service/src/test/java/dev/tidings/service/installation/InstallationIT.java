package dev.tidings.service.installation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.topic.FoundTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.start.Prerequisites;
import dev.tidings.service.start.TopicsFound;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shows G43 and G63 of docs/guarantees.md. */
@Timeout(120)
class InstallationIT {
  private static final String ONE = "1:000102030405060708090a0b0c0d0e0f";
  private static final String TWO = "2:f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
  private static final String OTHER_ONE = "1:ffffffffffffffffffffffffffffffff";

  private Cluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    new Prerequisites(Duration.ofSeconds(30))
        .await(() -> condition.getAsBoolean() ? Optional.empty() : Optional.of("what is expected"));
  }

  private static Member taker(String keys) {
    return new Member(Optional.empty(), Optional.of(TokenKeys.parse(keys)), false);
  }

  private static Member maker(String keys) {
    return new Member(Optional.empty(), Optional.of(TokenKeys.parse(keys)), true);
  }

  private static Member of(String installation) {
    return new Member(Optional.of(installation), Optional.empty(), false);
  }

  private static TopicsFound topics(int partitions) {
    return new TopicsFound(
        List.of(LogTopics.CONTROL, LogTopics.NOTIFICATIONS),
        Map.of(
            LogTopics.CONTROL.name(),
            new FoundTopic(LogTopics.CONTROL.name(), "id", 1, 1, List.of(), Optional.empty()),
            LogTopics.NOTIFICATIONS.name(),
            new FoundTopic(
                LogTopics.NOTIFICATIONS.name(), "id", partitions, 1, List.of(), Optional.empty())));
  }

  private Installation join(Member member, int partitions, Duration atMost) throws Exception {
    return Installation.join(
        new KafkaClients(Map.of("bootstrap.servers", cluster.bootstrapServers()), "test"),
        LogTopics.CONTROL.name(),
        member,
        topics(partitions),
        new Prerequisites(atMost),
        InstantSource.system());
  }

  private Installation join(Member member) throws Exception {
    return join(member, 4, Duration.ofSeconds(30));
  }

  private void refuses(Member member, int partitions, String... words) {
    assertThatThrownBy(() -> join(member, partitions, Duration.ofSeconds(2)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void who_has_another_secret_under_the_same_id_does_not_join_and_is_told_which_without_it()
      throws Exception {
    try (Installation right = join(maker(ONE))) {
      assertThatThrownBy(() -> join(taker(OTHER_ONE), 4, Duration.ofSeconds(2)))
          .hasMessageContainingAll("token.keys", "[1]", "expected: the same in every process")
          .hasMessageNotContaining("ffff");
      refuses(maker(OTHER_ONE + "," + TWO), 4, "token.keys", "[1]");
      refuses(maker(TWO), 4, "token.keys", "[1]", "that tokens are made under");
      refuses(taker(TWO), 4, "token.keys", "[1]", "that tokens are made under");

      // And what they had was never anybody's.
      until(() -> right.missingKeys() == 0);
      assertThat(right.wrong()).isEmpty();
      assertThat(right.mayHave(2)).isFalse();
    }
  }

  @Test
  void a_key_that_another_process_has_is_not_called_bad_and_one_that_nobody_has_is()
      throws Exception {
    try (Installation old = join(taker(ONE))) {
      until(() -> !old.mayHave(2));
      assertThat(old.mayHave(1)).isFalse();

      try (Installation rotated = join(taker(ONE + "," + TWO))) {
        until(() -> old.mayHave(2));
        assertThat(old.missingKeys()).isEqualTo(1);
        assertThat(old.mayHave(3)).isFalse();
        assertThat(old.wrong()).isEmpty();
        assertThat(rotated.mayHave(2)).isFalse();
      }
      // It stays: its tokens are there, whoever is.
      assertThat(old.mayHave(2)).isTrue();
    }
  }

  @Test
  void while_the_log_does_not_answer_no_key_is_known_to_be_nobodys() throws Exception {
    try (Installation one = join(taker(ONE))) {
      until(() -> !one.mayHave(2));

      cluster.stopBroker();

      until(() -> one.mayHave(2));
      assertThat(one.mayHave(1)).isFalse();
    }
  }

  @Test
  void whoever_belongs_to_another_installation_or_finds_other_partitions_does_not_join()
      throws Exception {
    join(of("blue")).close();

    join(of("blue")).close();
    join(maker(ONE)).close();
    refuses(of("green"), 4, "installation.id: green", "expected: blue");
    refuses(of("blue"), 8, "partitions: every topic has 8", "expected: 4", "blue");
    refuses(maker(ONE), 8, "partitions: every topic has 8", "expected: 4");
  }

  @Test
  void who_contradicts_the_first_word_does_not_have_the_last() throws Exception {
    try (Installation blue = join(of("blue"))) {
      cluster.appendBytes(
          LogTopics.CONTROL,
          "installation".getBytes(StandardCharsets.UTF_8),
          new Founding("green", 4).bytes());

      // The first word counts, and is the last again.
      until(() ->
          Arrays.equals(
              cluster.read(LogTopics.CONTROL).getLast().value(), new Founding("blue", 4).bytes()));
      assertThat(blue.wrong()).isEmpty();
    }
  }
}
