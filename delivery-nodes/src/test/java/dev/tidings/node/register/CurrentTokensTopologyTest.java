package dev.tidings.node.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.node.table.TableHarness;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which tokens are a device's now.
 *
 * <p>Shows G107 of docs/guarantees.md.
 */
final class CurrentTokensTopologyTest {
  private static final DeviceId DEVICE = new DeviceId("phone-1");
  private static final AppId NEWS = new AppId("com.example.news");
  private static final TokenMint MINT =
      new TokenMint(TokenKeys.parse("2:" + "aa".repeat(16) + ",1:" + "0f".repeat(16)));

  @TempDir Path directory;

  private final FakeRegistry registry = new FakeRegistry();
  private final RevokedTokens revoked = new RevokedTokens(1);
  private TableHarness<Generation> node;
  private CurrentTokens tokens;

  @BeforeEach
  void open() {
    node = new TableHarness<>(directory, LogTopics.GENERATIONS, Generations.RULE, registry);
    tokens = new CurrentTokens(node.table(), MINT, revoked);
    node.comeBack();
  }

  @AfterEach
  void close() {
    node.close();
    registry.close();
  }

  private void recorded(int number, boolean registered) {
    var stored =
        node.table()
            .put(
                new DeviceKey(DEVICE, NEWS.value()),
                new Generation(number, registered, 0L, false, 0, null, null));
    node.comeBack();
    assertThat(stored).isDone();
  }

  private boolean isOwn(Token token) throws InterruptedException {
    return tokens.of(DEVICE, NEWS.value()).test(token.hex());
  }

  private static Token token(int number) {
    return MINT.mint(DEVICE, NEWS, number);
  }

  @Test
  void the_one_that_is_registered_is_under_each_of_the_keys_and_none_of_an_earlier_user()
      throws Exception {
    recorded(2, true);

    for (Token each : MINT.mintAll(DEVICE, NEWS, 2)) {
      assertThat(isOwn(each)).isTrue();
    }
    assertThat(isOwn(token(0))).isFalse();
    assertThat(isOwn(token(1))).isFalse();
    assertThat(isOwn(MINT.mint(new DeviceId("phone-2"), NEWS, 2))).isFalse();
    assertThat(tokens.of(DEVICE, NEWS.value()).test("of another program")).isFalse();
    assertThat(tokens.of(DEVICE, "no app").test(token(2).hex())).isFalse();
  }

  @Test
  void without_a_registration_there_is_none() throws Exception {
    assertThat(isOwn(token(0))).isFalse();
    recorded(1, false);

    assertThat(isOwn(token(0))).isFalse();
    assertThat(isOwn(token(1))).isFalse();
  }

  @Test
  void a_record_that_makes_no_sense_names_none() throws Exception {
    recorded(-1, true);

    assertThat(isOwn(token(-1))).isFalse();
    assertThat(isOwn(token(0))).isFalse();
  }

  @Test
  void one_that_another_application_has_revoked_is_none_as_long_as_that_is_remembered()
      throws Exception {
    recorded(0, true);
    revoked.addForeign(token(0).hex());
    assertThat(isOwn(token(0))).isFalse();

    revoked.addForeign(token(7).hex());
    assertThat(isOwn(token(0))).isTrue();
  }

  @Test
  void a_node_that_does_not_own_the_device_cannot_tell() {
    node.lose();

    assertThatThrownBy(() -> tokens.of(DEVICE, NEWS.value()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_node_that_is_not_up_to_date_yet_cannot_tell() {
    try (TableHarness<Generation> behind =
        new TableHarness<>(
            directory.resolve("behind"), LogTopics.GENERATIONS, Generations.RULE, registry)) {
      CurrentTokens unknown = new CurrentTokens(behind.table(), MINT, revoked);

      assertThatThrownBy(() -> unknown.of(DEVICE, NEWS.value()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the device's record is not available");
    }
  }
}
