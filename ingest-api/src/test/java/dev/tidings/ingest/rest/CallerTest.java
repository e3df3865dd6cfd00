package dev.tidings.ingest.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.value.NotificationId;
import org.junit.jupiter.api.Test;

/** Shows G69 of docs/guarantees.md. */
class CallerTest {
  private static final String OLD = "1:000102030405060708090a0b0c0d0e0f";
  private static final String NEW = "2:0f0e0d0c0b0a09080706050403020100";

  private final NotificationId id = NotificationId.random();

  private static Caller caller(String keys) {
    return new Caller(new NodeSeal(TokenKeys.parse(keys)), "reads");
  }

  @Test
  void a_node_is_believed_for_whom_it_asks() {
    for (long address : new long[] {0, 0x7f000001, -1, Long.MIN_VALUE}) {
      String told = caller(OLD).tell(address, id);

      assertThat(caller(OLD).told(told, id)).contains(address);
      assertThat(caller(NEW + "," + OLD).told(told, id)).contains(address);
    }
  }

  @Test
  void a_stranger_is_not() {
    String told = caller(OLD).tell(5, id);

    assertThat(caller(NEW).told(told, id)).isEmpty();
    assertThat(caller(OLD).told(told, NotificationId.random())).isEmpty();
    assertThat(caller(OLD).told("0000000000000006" + told.substring(16), id)).isEmpty();
    for (String wrong :
        new String[] {null, "", "5", "0000000000000005", told + "0", "ä".repeat(80)}) {
      assertThat(caller(OLD).told(wrong, id)).isEmpty();
    }
  }

  @Test
  void a_node_is_believed_by_which_credential_somebody_may_read_and_a_stranger_is_not() {
    String told = caller(OLD).tellCredential("api-key/API0000001", id.value());

    assertThat(told).doesNotContain("API0000001");
    assertThat(caller(NEW + "," + OLD).toldCredential(told, id.value()))
        .contains("api-key/API0000001");
    String other = NotificationId.random().value();
    assertThat(caller(OLD).toldCredential(told, other)).isEmpty();
    assertThat(caller(NEW).toldCredential(told, id.value())).isEmpty();
    Caller withdrawing = new Caller(new NodeSeal(TokenKeys.parse(OLD)), "withdraws");
    assertThat(withdrawing.toldCredential(told, id.value())).isEmpty();
    for (String wrong :
        new String[] {null, "", ".", "x.y", "x" + told, told + "0", "ä.".repeat(80)}) {
      assertThat(caller(OLD).toldCredential(wrong, id.value())).isEmpty();
    }
  }
}
