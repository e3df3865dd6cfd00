package dev.tidings.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalsTest {
  @ParameterizedTest
  @ValueSource(strings = {"nowhere.invalid", "nowhere.invalid: Name or service not known"})
  void a_host_that_is_not_known_is_said_so(String message) {
    Throwable failure = new IOException(new UnknownHostException(message));

    assertThat(Refusals.reason(failure)).isEqualTo("nowhere.invalid is no host that is known here");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection refused: /127.0.0.1:9",
        "finishConnect(..) failed with error(-111): Connection refused: /127.0.0.1:9"
      })
  void a_connection_that_is_refused_is_told_without_the_system_call(String message) {
    Throwable failure = new IOException(new ConnectException(message));

    assertThat(Refusals.reason(failure)).isEqualTo("Connection refused: /127.0.0.1:9");
  }
}
