package dev.tidings.node.mqtt;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Deliveries to push. */
public final class Deliveries {
  public static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  public static final String APP = "com.example.news";
  public static final String ID = "11111111-2222-3333-4444-555555555555";
  public static final String PAYLOAD = "{\"aps\":{\"alert\":\"Grüße\"}}";
  public static final String TOPIC = "tidings/" + APP + "/" + ID;

  public static Delivery delivery() {
    return builder().build();
  }

  public static Delivery.Builder builder() {
    return Delivery.newBuilder()
        .setId(ID)
        .setToken(FakeRegistrar.TOKEN.hex())
        .setApp(APP)
        .setPayload(bytes(PAYLOAD))
        .setSteps(
            List.of(
                Step.newBuilder()
                    .setName(StepName.ACCEPTED)
                    .setAt(NOW.toEpochMilli() - 5)
                    .setWhere("ingest-1")
                    .build()));
  }

  public static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private Deliveries() {}
}
