package dev.tidings.bench.micro;

import dev.tidings.bench.measure.Stamp;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import java.nio.ByteBuffer;
import java.util.List;

/** A notification of 300 bytes and its records, as in a measurement of the whole pipeline. */
public final class Samples {
  public static final AppId APP = new AppId("com.example.bench");
  public static final DeviceId DEVICE = new DeviceId("bench-12345");
  public static final TokenKeys KEYS = TokenKeys.parse("1:" + "0f".repeat(32));
  public static final Token TOKEN = new TokenMint(KEYS).mint(DEVICE, APP, 0);
  public static final String ID = "0b7c1a52-3f0e-4c5f-9d3e-0a1b2c3d4e5f";

  private static final int PAYLOAD_BYTES = 300;
  private static final int IMMEDIATE = 10;
  private static final long TIME = 1_790_000_000_000L;

  private Samples() {}

  public static byte[] payload() {
    return Stamp.payload(PAYLOAD_BYTES);
  }

  public static Notification notification() {
    return Notification.newBuilder()
        .setId(ID)
        .setApp(APP.value())
        .setPayload(ByteBuffer.wrap(payload()))
        .setAcceptedAt(TIME)
        .setAcceptedBy("ingest-api")
        .build();
  }

  public static Delivery delivery() {
    return new Delivery(
        ID,
        TOKEN.hex(),
        APP.value(),
        ByteBuffer.wrap(payload()),
        null,
        IMMEDIATE,
        null,
        "alert",
        List.of(
            new Step(StepName.ACCEPTED, TIME, "ingest-api", null),
            new Step(StepName.RESOLVED, TIME + 2, "streams-processor", null)),
        null,
        null);
  }

  public static Receipt receipt() {
    return new Receipt(
        ID,
        TOKEN.hex(),
        DEVICE.value(),
        APP.value(),
        Outcome.DELIVERED,
        List.of(
            new Step(StepName.ACCEPTED, TIME, "ingest-api", null),
            new Step(StepName.RESOLVED, TIME + 2, "streams-processor", null),
            new Step(StepName.PUSHED, TIME + 4, "delivery-node", null),
            new Step(StepName.CONFIRMED, TIME + 5, "delivery-node", null)),
        null);
  }
}
