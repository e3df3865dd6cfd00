package dev.tidings.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class DeviceOptionsTest {
  private final DeviceOptions.Builder builder = DeviceOptions.builder("a", 1883, "phone-1");

  @Test
  void without_a_change_the_defaults_apply() {
    DeviceOptions options = DeviceOptions.of("a", 1883, "phone-1");

    assertThat(options.servers()).containsExactly(new ServerAddress("a", 1883));
    assertThat(options.serial()).isEqualTo("phone-1");
    assertThat(options.redirects()).isTrue();
    assertThat(options.tls()).isEmpty();
    assertThat(options.apps()).isEmpty();
    assertThat(options.password()).isEmpty();
    assertThat(options.receiveMaximum()).isEqualTo(64);
    assertThat(options.rememberedIds()).isEqualTo(10_000);
    assertThat(options.keepAlive()).isEqualTo(Duration.ofSeconds(60));
    assertThat(options.sessionExpiry()).isEqualTo(Duration.ofHours(1));
    assertThat(options.answerTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(options.backoff()).isEqualTo(Backoff.DEFAULT);
  }

  @Test
  void tokens_and_a_password_take_each_others_place() {
    DeviceOptions supplied = builder.password("jwt").tokens(() -> "another").build();
    assertThat(supplied.password()).isEmpty();
    assertThat(supplied.tokens()).isPresent();

    DeviceOptions fixed = builder.password("jwt").build();
    assertThat(fixed.password()).contains("jwt");
    assertThat(fixed.tokens()).isEmpty();
  }

  @Test
  void each_option_is_kept() {
    Backoff backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(2));
    List<ServerAddress> servers = List.of(new ServerAddress("b", 1), new ServerAddress("c", 2));
    DeviceOptions options =
        builder
            .servers(servers)
            .redirects(false)
            .tls(Path.of("ca.pem"))
            .apps("one", "two")
            .password("jwt")
            .receiveMaximum(1)
            .rememberedIds(2)
            .keepAlive(Duration.ZERO)
            .sessionExpiry(Duration.ofDays(1))
            .answerTimeout(Duration.ofSeconds(3))
            .backoff(backoff)
            .build();

    assertThat(options.servers()).isEqualTo(servers);
    assertThat(options.redirects()).isFalse();
    assertThat(options.tls()).contains(new Tls(Optional.of(Path.of("ca.pem"))));
    assertThat(options.apps()).containsExactly("one", "two");
    assertThat(options.password()).contains("jwt");
    assertThat(options.receiveMaximum()).isEqualTo(1);
    assertThat(options.rememberedIds()).isEqualTo(2);
    assertThat(options.keepAlive()).isZero();
    assertThat(options.sessionExpiry()).isEqualTo(Duration.ofDays(1));
    assertThat(options.answerTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(options.backoff()).isEqualTo(backoff);
  }

  @Test
  void what_was_built_does_not_change_with_its_builder() {
    DeviceOptions first = builder.apps("one").build();
    DeviceOptions second = builder.apps("two").receiveMaximum(1).build();

    assertThat(first.apps()).containsExactly("one");
    assertThat(first.receiveMaximum()).isEqualTo(64);
    assertThat(second.apps()).containsExactly("two");
  }

  @Test
  void values_that_the_protocol_cannot_carry_are_refused() {
    refused("receive maximum: 0 (expected: 1..65535)", () -> builder.receiveMaximum(0));
    refused("receive maximum: 65536 (expected: 1..65535)", () -> builder.receiveMaximum(65_536));
    refused("remembered ids: 0 (expected: 1..2147483647)", () -> builder.rememberedIds(0));
    refused(
        "keep alive in seconds: 65536 (expected: 0..65535)",
        () -> builder.keepAlive(Duration.ofSeconds(65_536)));
    refused(
        "session expiry in seconds: -1 (expected: 0..4294967295)",
        () -> builder.sessionExpiry(Duration.ofSeconds(-1)));
    refused("answer timeout: PT0S (expected: > 0)", () -> builder.answerTimeout(Duration.ZERO));
    refused(
        "serial: (expected: a serial number)", () -> DeviceOptions.builder("a", 1883, "").build());
  }

  @Test
  void the_password_is_in_no_text() {
    assertThat(builder.password("secret").build().toString())
        .isEqualTo("DeviceOptions[phone-1 at [a:1883], apps []]");
  }

  private static void refused(String message, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
