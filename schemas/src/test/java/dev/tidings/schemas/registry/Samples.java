package dev.tidings.schemas.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.schemas.avro.AuditEntry;
import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.avro.Channel;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.ErasedToken;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.avro.ErasureState;
import dev.tidings.schemas.avro.ErasureStep;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.avro.Membership;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.OrderedReplay;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.avro.ReplayOrder;
import dev.tidings.schemas.avro.ReplayProgress;
import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * A record of each kind and the Avro bytes it has to have, which were put together by hand from
 * Avro's specification and not by our code.
 */
record Samples<V extends SpecificRecord>(LogTopic<V> topic, Class<V> type, V record, String hex) {
  private static final String ID = "00000000-0000-0000-0000-000000000001";
  private static final String TOKEN = "0123456789abcdef".repeat(4);
  private static final String APP = "com.example.news";
  private static final Step ACCEPTED =
      new Step(StepName.ACCEPTED, 1_600_000_000_000L, "ingest-1", null);

  static List<Samples<?>> all() {
    return List.of(
        new Samples<>(
            LogTopics.NOTIFICATIONS,
            Notification.class,
            Notification.newBuilder()
                .setId(ID)
                .setApp(APP)
                .setPayload(payload())
                .setExpiration(1_700_000_000_000L)
                .setPriority(5)
                .setCollapseId("score")
                .setPushType("background")
                .setAcceptedAt(1_600_000_000_000L)
                .setAcceptedBy("ingest-1")
                .build(),
            "4830303030303030302d303030302d303030302d303030302d3030303030303030303030"
                + "3120636f6d2e6578616d706c652e6e657773147b22617073223a7b7d7d0280a0abfef962"
                + "0a020a73636f7265146261636b67726f756e64028080f4f6905d0210696e676573742d31"
                // Fields that a release does not have are null, at the end.
                + "0000000000000000000000000000"),
        new Samples<>(
            LogTopics.REGISTRATIONS,
            Registration.class,
            new Registration("phone-1", APP, "de-AT", null, 1_600_000_000_000L, null),
            "0e70686f6e652d3120636f6d2e6578616d706c652e6e657773020a64652d4154008080f4f6905d00"),
        new Samples<>(
            LogTopics.REVOCATIONS,
            Revocation.class,
            new Revocation(1_600_000_000_000L, "unregistered"),
            "8080f4f6905d18756e72656769737465726564"),
        new Samples<>(
            LogTopics.GENERATIONS,
            Generation.class,
            new Generation(3, true, 1_600_000_000_000L, false, -2, null, null),
            "06018080f4f6905d0003" + "0000"),
        new Samples<>(
            LogTopics.SUBSCRIPTIONS,
            Subscription.class,
            new Subscription(List.of("tidings/#"), 60_000L, 1_600_000_000_000L, null, null),
            "0212746964696e67732f2300c0a907028080f4f6905d" + "0000"),
        new Samples<>(
            LogTopics.MEMBERSHIPS,
            Membership.class,
            new Membership("m-1", 5L, TOKEN, true, 1_600_000_000_000L, null),
            "066d2d310a8001" + "30313233343536373839616263646566".repeat(4) + "018080f4f6905d00"),
        new Samples<>(
            LogTopics.BROADCASTS,
            Broadcast.class,
            new Broadcast(
                null,
                APP,
                "'a' in topics",
                60_000L,
                ByteBuffer.wrap(new byte[] {0, 'a'}),
                1_600_000_000_000L,
                3L,
                2L,
                1L,
                null,
                null),
            "0020636f6d2e6578616d706c652e6e6577731a27612720696e20746f7069637302c0a9"
                + "0702040061028080f4f6905d0206020402020000"
                + ""),
        new Samples<>(
            LogTopics.CHANNELS,
            Channel.class,
            new Channel(true, "LiveActivity", 1_600_000_000_000L, null),
            "01184c69766541637469766974798080f4f6905d00"),
        new Samples<>(
            LogTopics.ERASURES,
            Erasure.class,
            new Erasure(
                1_600_000_000_000L,
                "A",
                List.of("b.c"),
                ErasureState.DONE,
                List.of(new ErasedToken("b.c", 3)),
                List.of(new ErasureStep("sessions", 1_600_000_000_000L, "n", 2L))),
            "8080f4f6905d020241020206622e6300060206622e630600021073657373696f6e73"
                + "8080f4f6905d026e0400"),
        new Samples<>(
            LogTopics.REPLAYS,
            OrderedReplay.class,
            new OrderedReplay(
                new ReplayOrder("d", List.of("b.c"), "A", 1L, 2L, true, 3, 8, 4L),
                new ReplayProgress(1L, 2L, 3L, 4L, 5L, 6L, true, 7L, 8L, "completed")),
            "02"
                + "020264"
                + "02020"
                + "6622e6300"
                + "020241"
                + "02"
                + "04"
                + "01"
                + "06"
                + "10"
                + "08"
                + "02"
                + "02040608"
                + "0a0c"
                + "01"
                + "0e10"
                + "0212636f6d706c65746564"),
        new Samples<>(
            LogTopics.DELIVERIES,
            Delivery.class,
            new Delivery(
                ID,
                TOKEN,
                APP,
                payload(),
                null,
                10,
                null,
                "alert",
                List.of(
                    ACCEPTED, new Step(StepName.RESOLVED, 1_600_000_000_005L, "streams-1", "ü")),
                null,
                null),
            "4830303030303030302d303030302d303030302d303030302d3030303030303030303030"
                + "318001303132333435363738396162636465663031323334353637383961626364656630"
                + "3132333435363738396162636465663031323334353637383961626364656620636f6d2e"
                + "6578616d706c652e6e657773147b22617073223a7b7d7d0014000a616c65727404028080"
                + "f4f6905d10696e676573742d3100048a80f4f6905d1273747265616d732d310204c3bc000000"),
        new Samples<>(
            LogTopics.RECEIPTS,
            Receipt.class,
            new Receipt(ID, TOKEN, "phone-1", null, Outcome.REJECTED, List.of(ACCEPTED), null),
            "4830303030303030302d303030302d303030302d303030302d3030303030303030303030"
                + "310280013031323334353637383961626364656630313233343536373839616263646566"
                + "3031323334353637383961626364656630313233343536373839616263646566020e7068"
                + "6f6e652d31000a02028080f4f6905d10696e676573742d31000000"),
        new Samples<>(
            LogTopics.AUDIT,
            AuditEntry.class,
            new AuditEntry(
                Instant.ofEpochMilli(1_600_000_000_000L),
                "eve@box",
                "team create",
                "team/A",
                "shell"),
            "8080f4f6905d0e65766540626f78167465616d206372656174650c7465616d2f410a7368656c6c"));
  }

  private static ByteBuffer payload() {
    return ByteBuffer.wrap("{\"aps\":{}}".getBytes(UTF_8));
  }

  /** As it is in the log, written with the schema of this id. */
  byte[] bytes(int schemaId) {
    return HexFormat.of().parseHex("00%08x".formatted(schemaId) + hex);
  }

  @Override
  public String toString() {
    return topic.name();
  }
}
