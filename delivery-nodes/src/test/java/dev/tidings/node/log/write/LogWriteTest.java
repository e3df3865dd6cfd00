package dev.tidings.node.log.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.DeviceId;
import org.junit.jupiter.api.Test;

class LogWriteTest {
  private static final String ID = "0190163d-8694-739b-aea5-966c26f8ad91";

  @Test
  void a_parked_entry_is_named_by_its_partition_its_device_and_its_sequence() {
    byte[] key = new InboxKey(new DeviceId("device-7"), 42).bytes();

    assertThat(write(LogTopics.INBOX, key).inPartition(3).place())
        .isEqualTo("tidings.inbox-3, device device-7, sequence 42");
  }

  @Test
  void a_receipt_is_named_by_its_notification() {
    assertThat(write(LogTopics.RECEIPTS, ReceiptKey.of(ID, "token")).place())
        .isEqualTo("tidings.receipts, notification " + ID);
  }

  /** The key of a registration is a token: whoever has it may send to the device. */
  @Test
  void a_record_whose_key_is_a_token_is_named_by_its_partition_alone() {
    assertThat(write(LogTopics.REGISTRATIONS, new byte[] {1, 2}).inPartition(1).place())
        .isEqualTo("tidings.registrations-1");
  }

  @Test
  void a_record_of_the_inbox_that_is_no_entry_is_named_by_its_partition() {
    assertThat(write(LogTopics.INBOX, new byte[] {0}).inPartition(2).place())
        .isEqualTo("tidings.inbox-2");
  }

  private static LogWrite write(LogTopic<?> topic, byte[] key) {
    return LogWrite.tombstone(topic, key, () -> {});
  }
}
