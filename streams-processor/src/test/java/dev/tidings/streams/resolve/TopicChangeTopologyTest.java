package dev.tidings.streams.resolve;

import static dev.tidings.streams.resolve.Samples.APP;
import static dev.tidings.streams.resolve.Samples.DEVICE;
import static dev.tidings.streams.resolve.Samples.OTHER_TOKEN;
import static dev.tidings.streams.resolve.Samples.TOKEN;
import static dev.tidings.streams.resolve.Samples.id;
import static dev.tidings.streams.resolve.Samples.some;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Membership;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.token.DeviceAddress;
import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What providers have devices join and leave goes to the devices' owners, and is delivered to none:
 * G133.
 */
final class TopicChangeTopologyTest {
  @TempDir Path stateDir;
  private Pipeline pipeline;

  @BeforeEach
  void open() {
    pipeline = new Pipeline(stateDir);
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  private static Notification.Builder change(int number) {
    return some(number).setPayload(ByteBuffer.allocate(0));
  }

  private List<Membership> memberships() {
    return pipeline.memberships().stream().map(this::read).toList();
  }

  private Membership read(TestRecord<byte[], byte[]> written) {
    return new AvroDeserializer<>(pipeline.client, Membership.class).read(written.value());
  }

  private String deadLetter() {
    List<TestRecord<byte[], byte[]>> letters = pipeline.deadLetters();
    assertThat(letters).hasSize(1);
    return new String(letters.getFirst().headers().lastHeader("tidings-reason").value(), UTF_8);
  }

  private void assertNothingElse() {
    assertThat(memberships()).isEmpty();
    assertThat(pipeline.deliveries()).isEmpty();
    assertThat(pipeline.receipts()).isEmpty();
  }

  @Test
  void a_join_and_a_leave_go_to_the_owner_of_the_tokens_device_in_their_order() {
    pipeline.register(TOKEN, DEVICE, APP);
    pipeline.notify(TOKEN, change(1).setJoins("goals").build());
    pipeline.notify(TOKEN, change(2).setLeaves("goals").build());

    List<TestRecord<byte[], byte[]>> written = pipeline.memberships();
    byte[] key =
        new TopicMembership(new DeviceId(DEVICE), new AppId(APP), new BroadcastTopic("goals"))
            .key()
            .bytes();
    long acceptedAt = Pipeline.START.toEpochMilli() - 3;
    assertThat(written).extracting(TestRecord::key).containsExactly(key, key);
    assertThat(written)
        .extracting(this::read)
        .containsExactly(
            new Membership(id(1), 0L, TOKEN, true, acceptedAt, null),
            new Membership(id(2), 1L, TOKEN, false, acceptedAt, null));
    assertNothingElse();
    assertThat(pipeline.deadLetters()).isEmpty();
  }

  @Test
  void a_user_and_a_tag_are_given_to_a_device_as_topics_of_reserved_names() {
    pipeline.register(TOKEN, DEVICE, APP);
    pipeline.notify(TOKEN, change(1).setJoins("user:42").build());
    pipeline.notify(TOKEN, change(2).setLeaves("tag:vip").build());

    assertThat(pipeline.memberships())
        .extracting(written -> TopicMembership.parse(written.key()).orElseThrow().topic().value())
        .containsExactly("user:42", "tag:vip");
    assertThat(pipeline.deadLetters()).isEmpty();
  }

  @Test
  void what_comes_before_the_registration_of_its_token_waits_for_it_among_the_others() {
    pipeline.notify(TOKEN, change(1).setJoins("goals").build());
    pipeline.notify(TOKEN, some(2).build());
    pipeline.notify(TOKEN, change(3).setLeaves("goals").build());
    assertNothingElse();

    pipeline.register(TOKEN, DEVICE, APP);
    pipeline.notify(TOKEN, change(4).setJoins("goals").build());

    List<Membership> written = memberships();
    assertThat(written).extracting(Membership::getId).containsExactly(id(1), id(3), id(4));
    assertThat(written).extracting(Membership::getSequence).containsExactly(0L, 2L, 3L);
    assertThat(pipeline.deliveries()).hasSize(1);
  }

  @Test
  void that_of_a_token_that_leads_nowhere_is_a_dead_letter_and_has_no_receipt() {
    pipeline.register(OTHER_TOKEN, "phone-2", APP);
    pipeline.notify(TOKEN, change(1).setJoins("goals").build());
    pipeline.pass(Pipeline.GRACE.plusSeconds(1));
    pipeline.pass(Duration.ofMillis(500));
    pipeline.pass(Duration.ofSeconds(1));

    assertThat(deadLetter())
        .isEqualTo("token: unknown or revoked (expected: of a registered device)");
    assertThat(pipeline.waiting()).isZero();
    assertNothingElse();
  }

  @Test
  void an_address_is_of_no_token_and_joins_nothing() {
    String address = DeviceAddress.of(new DeviceId(DEVICE), new AppId(APP)).hex();
    pipeline.register(TOKEN, DEVICE, APP);
    pipeline.address(address, DEVICE, APP, TOKEN);
    pipeline.notify(address, change(1).setJoins("goals").build());

    assertThat(deadLetter())
        .isEqualTo("token: unknown or revoked (expected: of a registered device)");
    assertNothingElse();
  }

  @Test
  void that_of_another_app_is_a_dead_letter() {
    pipeline.register(TOKEN, DEVICE, APP);
    pipeline.notify(TOKEN, change(1).setApp("com.example.other").setJoins("goals").build());

    assertThat(deadLetter())
        .isEqualTo("app: com.example.other (expected: the app the device token was made for)");
    assertNothingElse();
  }

  @Test
  void one_that_cannot_be_done_is_a_dead_letter_and_has_no_receipt() {
    pipeline.register(TOKEN, DEVICE, APP);
    pipeline.notify(TOKEN, change(1).setJoins("goals").setLeaves("goals").build());
    assertThat(deadLetter()).isEqualTo("leaves: goals (expected: null where joins is not)");
    pipeline.notify(TOKEN, change(2).setJoins("group:42").build());
    assertThat(deadLetter())
        .isEqualTo("topic: group:42 (expected: one without a colon, or user: or tag: and a name)");
    pipeline.notify(TOKEN, change(3).setLeaves("a b").build());
    assertThat(deadLetter()).startsWith("topic: a b (expected: ");
    assertNothingElse();
  }
}
