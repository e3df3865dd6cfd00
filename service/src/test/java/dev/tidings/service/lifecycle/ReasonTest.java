package dev.tidings.service.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ReasonTest {

  @Test
  void a_message_stands_for_itself() {
    assertThat(Reason.of(new IOException("no broker"))).isEqualTo("no broker");
  }

  @Test
  void without_a_message_the_class_is_named() {
    assertThat(Reason.of(new IllegalStateException())).isEqualTo("IllegalStateException");
  }

  @Test
  void the_first_cause_is_added_when_it_says_something_else() {
    Throwable root = new IOException("connection refused");

    assertThat(Reason.of(new IllegalStateException("can't start", new RuntimeException(root))))
        .isEqualTo("can't start: connection refused");
    assertThat(Reason.of(new RuntimeException(root)))
        .isEqualTo("java.io.IOException: connection refused");
  }

  @Test
  void it_is_always_one_line() {
    assertThat(Reason.of(new IOException("one\n  two\r\nthree\n"))).isEqualTo("one; two; three");
  }
}
