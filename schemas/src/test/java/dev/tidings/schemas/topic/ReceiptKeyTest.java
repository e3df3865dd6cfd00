package dev.tidings.schemas.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.topic.ReceiptKey.Kind;
import dev.tidings.schemas.value.NotificationId;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Shows G67 and G108 of docs/guarantees.md. */
class ReceiptKeyTest {
  private static final NotificationId ID =
      new NotificationId("0190163d-8694-739b-aea5-966c26f8ad91");

  @Test
  void all_receipts_of_an_id_are_in_the_partition_of_the_id() {
    for (int partitions : new int[] {1, 3, 8, 64}) {
      int expected = Partitioning.partition(ID.key(), partitions);
      assertThat(ReceiptKey.partition(ReceiptKey.of(ID.value(), null), partitions))
          .isEqualTo(expected);
      assertThat(ReceiptKey.partition(ReceiptKey.of(ID.value(), "a"), partitions))
          .isEqualTo(expected);
      assertThat(ReceiptKey.partition(ReceiptKey.ofRepetition(ID.value(), "b"), partitions))
          .isEqualTo(expected);
    }
  }

  /** A provider over Kafka may write any id. */
  @Test
  void a_log_line_names_the_notification_and_repeats_no_text_that_is_not_an_id() {
    assertThat(ReceiptKey.notification(ReceiptKey.of(ID.value(), "a")))
        .isEqualTo("notification " + ID);
    assertThat(ReceiptKey.notification(ReceiptKey.of("1\nERROR forged", null)))
        .isEqualTo("a notification whose id is not a UUID");
  }

  @Test
  void tokens_and_repetitions_are_told_apart_and_lie_between_the_first_and_the_last_key() {
    byte[][] keys = {
      ReceiptKey.of(ID.value(), null),
      ReceiptKey.of(ID.value(), "a"),
      ReceiptKey.of(ID.value(), "b"),
      ReceiptKey.ofRepetition(ID.value(), "a"),
    };
    assertThat(Arrays.stream(keys).map(key -> new String(key, UTF_8))).doesNotHaveDuplicates();
    for (byte[] key : keys) {
      assertThat(Arrays.compareUnsigned(key, ReceiptKey.first(ID, null))).isNotNegative();
      assertThat(Arrays.compareUnsigned(key, ReceiptKey.last(ID))).isNegative();
      assertThat(ReceiptKey.parse(key)).map(ReceiptKey::id).contains(ID);
    }
    assertThat(ReceiptKey.parse(keys[1])).map(ReceiptKey::mark).contains(ReceiptKey.mark("a"));
    assertThat(ReceiptKey.parse(keys[3])).map(ReceiptKey::repeated).contains(true);
  }

  @Test
  void what_a_device_tells_lies_behind_all_receipts_in_the_partition_of_its_id() {
    String token = "ab".repeat(32);
    byte[] displayed = ReceiptKey.ofReport(ID.value(), token, StepName.DISPLAYED);
    byte[] opened = ReceiptKey.ofReport(ID.value(), token, StepName.OPENED);
    byte[] withdrawn = ReceiptKey.ofReport(ID.value(), token, StepName.WITHDRAWN);
    String mark = ReceiptKey.mark(token);

    assertThat(
            List.of(
                ReceiptKey.last(new NotificationId("ffffffff-ffff-ffff-ffff-ffffffffffff")),
                ReceiptKey.firstReport(ID, mark),
                displayed,
                opened,
                withdrawn,
                ReceiptKey.lastReport(ID, mark),
                ReceiptKey.ofReport(ID.value(), "another", StepName.OPENED)))
        .isSortedAccordingTo(Arrays::compareUnsigned);
    assertThat(ReceiptKey.parse(displayed)).contains(new ReceiptKey(ID, mark, Kind.DISPLAYED));
    assertThat(ReceiptKey.parse(opened)).contains(new ReceiptKey(ID, mark, Kind.OPENED));
    assertThat(ReceiptKey.parse(withdrawn)).contains(new ReceiptKey(ID, mark, Kind.WITHDRAWN));
    for (int partitions : new int[] {1, 3, 8, 64}) {
      assertThat(ReceiptKey.partition(opened, partitions))
          .isEqualTo(Partitioning.partition(ID.key(), partitions));
    }
  }

  @Test
  void what_is_no_key_of_ours_is_not_read_as_one() {
    String mark = ReceiptKey.mark("a");
    for (String key :
        new String[] {
          "",
          "x",
          "~",
          ID + "/",
          ID + "/" + mark + "/",
          ID + "-" + mark,
          ID + "/" + mark + "/repeateD",
          ID + "/" + mark + "/opened",
          ID + "/zzzzzzzzzzzzzzzz",
          ID + "/" + "0123456789ABCDEF",
          ID + "/" + "+123456789abcdef/repeated",
          "~" + ID + "/zzzzzzzzzzzzzzzz/opened",
          "~" + ID + "/" + mark,
          "~" + ID + "/" + mark + "/repeated"
        }) {
      assertThat(ReceiptKey.parse(key.getBytes(UTF_8))).as(key).isEmpty();
    }
  }

  @Test
  void the_token_can_not_be_read_from_a_key() {
    String token = "0123456789abcdef".repeat(4);
    assertThat(new String(ReceiptKey.of(ID.value(), token), UTF_8))
        .doesNotContain("0123456789abcdef");
  }

  @Test
  void a_unique_id_tells_the_partition_and_the_beginning_of_the_key_it_is_made_of() {
    for (int i = 0; i < 1_000; i++) {
      NotificationId id = new NotificationId(new UUID(i * 0x9E3779B97F4A7C15L, ~i).toString());
      UniqueId unique = UniqueId.of(id, "token " + i);

      assertThat(UniqueId.parse(new NotificationId(unique.toString()))).contains(unique);
      assertThat(unique.partition(12)).isEqualTo(Partitioning.partition(id.key(), 12));
      assertThat(id.value()).startsWith(unique.keyPrefix());
      ReceiptKey key = ReceiptKey.parse(ReceiptKey.of(id.value(), "token " + i)).orElseThrow();
      assertThat(UniqueId.of(key)).isEqualTo(unique);
      assertThat(UniqueId.of(id, "another")).isNotEqualTo(unique);
    }
  }

  @Test
  void an_ordinary_id_is_no_unique_id() {
    assertThat(UniqueId.parse(ID)).isEmpty();
    assertThat(UniqueId.parse(NotificationId.random())).isEmpty();
  }
}
