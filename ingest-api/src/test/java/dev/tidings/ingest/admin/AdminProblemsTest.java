package dev.tidings.ingest.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows G4 of docs/guarantees.md. */
class AdminProblemsTest {
  private static boolean tellsWhenAgain(HttpResponseStatus status) {
    return List.of(AdminProblems.of(status, "device", "a", "one that answers").fields())
        .contains(HttpHeaderNames.RETRY_AFTER);
  }

  @Test
  void what_cannot_be_answered_now_says_when_to_ask_again_and_nothing_else_does() {
    assertThat(tellsWhenAgain(HttpResponseStatus.SERVICE_UNAVAILABLE)).isTrue();
    assertThat(tellsWhenAgain(HttpResponseStatus.BAD_REQUEST)).isFalse();
  }
}
