package dev.tidings.streams.resolve;

import static dev.tidings.streams.resolve.Samples.APP;
import static dev.tidings.streams.resolve.Samples.DEVICE;
import static dev.tidings.streams.resolve.Samples.OTHER_TOKEN;
import static dev.tidings.streams.resolve.Samples.TOKEN;
import static dev.tidings.streams.resolve.Samples.id;
import static dev.tidings.streams.resolve.Samples.some;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A schema that the registry does not know yet keeps nobody but its own token waiting. */
final class UnknownSchemaTopologyTest {
  @TempDir Path stateDir;
  private Pipeline pipeline;

  @BeforeEach
  void open() {
    pipeline = new Pipeline(stateDir);
    pipeline.register(TOKEN, DEVICE, APP);
    pipeline.register(OTHER_TOKEN, "phone-2", APP);
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  @Test
  void itIsWaitedForAndTheOrderOfItsTokenStays() {
    byte[] value = pipeline.bytes(some(1).build());
    pipeline.registry.forgetNext(Integer.MAX_VALUE);

    pipeline.notifications.pipeInput(TOKEN.getBytes(UTF_8), value);
    pipeline.notify(TOKEN, some(2).build());
    pipeline.pass(Duration.ofSeconds(6));
    // The second one's own grace is over, and the table is known to be complete up to there.
    pipeline.pass(Duration.ofMillis(500));
    pipeline.pass(Duration.ofSeconds(1));
    assertThat(pipeline.deliveries()).isEmpty();
    assertThat(pipeline.deadLetters()).isEmpty();

    pipeline.registry.forgetNext(0);
    List<String> delivered = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          pipeline.pass(Duration.ofMillis(50));
          pipeline.deliveries().forEach(out -> delivered.add(out.value().getId()));
          return delivered.size() == 2;
        });
    assertThat(delivered).containsExactly(id(1), id(2));
    assertThat(pipeline.receipts()).isEmpty();
    assertThat(pipeline.waiting()).isZero();
  }

  @Test
  void oneThatStaysUnknownEndsWithAReceiptAndTheNextGoesOn() {
    byte[] value = pipeline.bytes(some(1).build());
    ByteBuffer.wrap(value, 1, Integer.BYTES).putInt(4_711);

    pipeline.notifications.pipeInput(TOKEN.getBytes(UTF_8), value);
    pipeline.notify(TOKEN, some(2).build());
    pipeline.notify(OTHER_TOKEN, some(3).build());
    assertThat(pipeline.deliveries()).extracting(o -> o.value().getId()).containsExactly(id(3));
    pipeline.pass(Duration.ofSeconds(16));
    pipeline.pass(Duration.ofMillis(500));

    assertThat(pipeline.deliveries()).extracting(o -> o.value().getId()).containsExactly(id(2));
    assertThat(pipeline.deadLetters()).hasSize(1);
    Receipt receipt = pipeline.receipts().getFirst().value();
    assertThat(receipt.getOutcome()).isEqualTo(Outcome.REJECTED);
    assertThat(receipt.getId()).isEqualTo(id(1));
    assertThat(receipt.getToken()).isEqualTo(TOKEN);
    assertThat(receipt.getSteps().getLast().getWhy()).contains("schema id 4711");
    assertThat(pipeline.waiting()).isZero();
  }

  @Test
  void aTokenNobodyHasIsToldAtTheEndOfItsOwnWaiting() {
    byte[] value = pipeline.bytes(some(1).build());
    ByteBuffer.wrap(value, 1, Integer.BYTES).putInt(4_711);
    String unknown = "aa".repeat(32);

    pipeline.notifications.pipeInput(unknown.getBytes(UTF_8), value);
    pipeline.notify(unknown, some(2).build());
    pipeline.pass(Duration.ofSeconds(6));
    assertThat(pipeline.receipts())
        .extracting(out -> out.value().getId(), out -> out.value().getOutcome())
        .containsExactly(org.assertj.core.api.Assertions.tuple(id(2), Outcome.UNREGISTERED));
    pipeline.pass(Duration.ofSeconds(10));

    assertThat(pipeline.deadLetters()).hasSize(1);
    assertThat(pipeline.waiting()).isZero();
  }
}
