package dev.tidings.node.deliver;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.testing.ForeignValue;
import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What other programs may write to {@code inbox}, read as it comes and found at a takeover.
 *
 * <p>Shows G11 and G51 of docs/guarantees.md.
 */
class ForeignInboxTopologyTest {
  private static final byte[] PHONE = "phone".getBytes(StandardCharsets.UTF_8);

  /** The time after which an entry whose schema no registry knows is passed over. */
  private static final Duration PATIENCE = Duration.ofSeconds(31);

  @TempDir Path directory;

  private final FakeLog durable = new FakeLog();
  private final List<PartitionHarness> owners = new ArrayList<>();

  @AfterEach
  void stop() {
    owners.forEach(PartitionHarness::close);
    durable.close();
  }

  private PartitionHarness owner() {
    PartitionHarness owner =
        new PartitionHarness(
            directory.resolve(Integer.toString(owners.size())),
            durable,
            PartitionHarness.RULES,
            PartitionHarness.NEVER);
    owners.add(owner);
    return owner;
  }

  private void written(byte[] key, byte[] value) {
    durable.append(new ProducerRecord<>(LogTopics.INBOX.name(), key, value));
  }

  private byte[] delivery(long number) {
    return durable.serialized(
        Delivery.newBuilder()
            .setId(new UUID(7, number).toString())
            .setToken("token")
            .setApp("com.example")
            .setPayload(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)))
            .setSteps(List.of())
            .build());
  }

  private long deadLetters() {
    return durable.written().stream()
        .filter(record -> record.topic().equals(LogTopics.DEAD_LETTERS.name()))
        .count();
  }

  private static void confirmed(PartitionHarness owner, Phone phone, List<String> ids) {
    owner.until(() -> {
      phone.pushes().forEach(phone::confirm);
      return phone.ids().equals(ids);
    });
  }

  @ParameterizedTest
  @EnumSource
  void a_value_that_is_no_delivery_keeps_none_of_its_device_s_back(ForeignValue value) {
    byte[] foreign =
        value.bytes(delivery(0), new AvroSerializer<SpecificRecord>(durable.registry()));
    PartitionHarness before = owner();
    List<String> ids = new ArrayList<>();
    ids.add(before.arrive("phone"));
    before.arrive("other");
    before.settle();
    written(InboxKey.bytes(PHONE, 1), foreign);
    ids.add(before.arrive("phone"));
    before.settle();

    for (int takeover = 0; takeover < 2; takeover++) {
      PartitionHarness owner = takeover == 0 ? before : owner();
      Phone phone = owner.connect("phone", 10);
      if (value.isOfUnknownSchema()) {
        // What is behind it waits for a while, to keep the order.
        owner.until(() -> owner.partition().unread() == 1);
        owner.advance(PATIENCE);
      }
      confirmed(owner, phone, ids);
      String next = owner.arrive("phone");
      ids.add(next);
      confirmed(owner, phone, ids);
      int letters = value.isOfUnknownSchema() ? 0 : 1;
      owner.until(() -> deadLetters() == letters);
      ids.clear();
      phone.session().detached();
      owner.settle();
    }
  }

  /** Kafka Streams' default would stop the partition for good. */
  @Test
  void an_entry_without_a_time_is_delivered_and_so_is_the_next() {
    PartitionHarness owner = owner();
    byte[] entry = delivery(1);
    owner.parkTimeless(InboxKey.bytes(PHONE, 0), entry);
    Phone phone = owner.connect("phone", 10);
    String first = new UUID(7, 1).toString();
    owner.until(() -> phone.ids().equals(List.of(first)));

    owner.park(InboxKey.bytes(PHONE, 1), delivery(2));

    owner.until(() -> phone.ids().equals(List.of(first, new UUID(7, 2).toString())));
  }

  static Stream<Arguments> keys() {
    byte[] good = InboxKey.bytes(PHONE, 5);
    byte[] last = InboxKey.bytes(PHONE, Long.MAX_VALUE);
    return Stream.of(
            new byte[0],
            new byte[] {0},
            new byte[] {0, 0},
            new byte[] {0, 0, 'l', 'i', 'f', 'e'},
            new byte[18],
            new byte[19],
            Arrays.copyOf(good, good.length - 1),
            Arrays.copyOf(good, good.length + 1),
            Arrays.copyOf(last, last.length + 1),
            ByteBuffer.wrap(good.clone()).putLong(good.length - 8, -1).array(),
            ByteBuffer.wrap(good.clone()).putLong(good.length - 8, Long.MIN_VALUE).array(),
            ByteBuffer.wrap(good.clone()).putShort((short) 6).array(),
            ByteBuffer.wrap(good.clone()).putShort((short) 4).array(),
            InboxKey.bytes(new byte[0], 5),
            InboxKey.bytes(new byte[] {(byte) 0xff, (byte) 0xfe}, 5),
            InboxKey.bytes("a\u0000b".getBytes(StandardCharsets.UTF_8), 5),
            InboxKey.bytes("a/b+#".getBytes(StandardCharsets.UTF_8), 5),
            InboxKey.bytes("x".repeat(129).getBytes(StandardCharsets.UTF_8), 5),
            InboxKey.bytes(new byte[0xffff], 5),
            new byte[1 << 20],
            filled(1 << 20))
        .map(key ->
            Arguments.of(
                key.length + " bytes: " + HexFormat.of().formatHex(Arrays.copyOf(key, 16)), key));
  }

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0xff);
    return bytes;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("keys")
  void a_key_that_is_none_stops_nobody(String name, byte[] key) {
    PartitionHarness before = owner();
    List<String> ids = new ArrayList<>();
    ids.add(before.arrive("phone"));
    before.settle();
    for (byte[] value : new byte[][] {delivery(1), new byte[0], {0, 0, 0, 0, 9}, filled(1 << 20)}) {
      written(key, value);
    }
    ids.add(before.arrive("phone"));
    before.settle();

    Phone phone = before.connect("phone", 10);
    before.until(() -> phone.ids().equals(ids));
    phone.session().detached();
    before.settle();
    PartitionHarness after = owner();
    Phone again = after.connect("phone", 10);
    confirmed(after, again, ids);
    written(key, null);
    after.settle();
    ids.add(after.arrive("phone"));
    confirmed(after, again, ids);
  }

  /** The next sequence of the log, and some far beyond: nothing that comes after is held back. */
  @ParameterizedTest
  @ValueSource(
      longs = {1, 2, 5_000, 1L << 47, (1L << 48) - 1, 1L << 48, Long.MAX_VALUE - 1, Long.MAX_VALUE})
  void a_sequence_that_the_log_has_not_given_is_delivered_and_holds_nothing_up(long sequence) {
    PartitionHarness before = owner();
    List<String> ids = new ArrayList<>();
    ids.add(before.arrive("phone"));
    before.settle();
    written(InboxKey.bytes(PHONE, sequence), delivery(2));
    before.settle();
    Phone phone = before.connect("phone", 10);
    ids.add(new UUID(7, 2).toString());
    confirmed(before, phone, ids);
    before.settle();
    for (int i = 0; i < 3; i++) {
      ids.add(before.arrive("phone"));
      confirmed(before, phone, ids);
    }
    before.until(() -> before.low() == 4);
    PartitionHarness after = owner();
    Phone again = after.connect("phone", 10);
    List<String> later = List.of(after.arrive("phone"));
    confirmed(after, again, later);
  }

  /** The sequence is what the next notification of the log has, which is another device's. */
  @ParameterizedTest
  @EnumSource
  void what_leaves_the_inbox_of_one_device_ends_nothing_of_another(Leaving how) {
    PartitionHarness owner = owner();
    byte[] key = InboxKey.bytes("other".getBytes(StandardCharsets.UTF_8), 0);
    written(key, how == Leaving.DEAD_LETTER ? new byte[] {1, 2, 3} : delivery(3));
    owner.settle();
    switch (how) {
      case TOMBSTONE -> written(key, null);
      case CONFIRMATION -> {
        Phone other = owner.connect("other", 1);
        confirmed(owner, other, List.of(new UUID(7, 3).toString()));
      }
      case DEAD_LETTER -> {
        owner.connect("other", 1);
        owner.until(() -> deadLetters() == 1);
      }
    }
    owner.settle();
    Phone phone = owner.connect("phone", 10);

    String id = owner.arrive("phone");

    confirmed(owner, phone, List.of(id));
    owner.until(() -> owner.low() == 1);
  }

  private enum Leaving {
    TOMBSTONE,
    CONFIRMATION,
    DEAD_LETTER
  }
}
