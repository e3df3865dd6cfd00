package dev.tidings.auth.device.jwt;

import static dev.tidings.auth.device.jwt.TestIssuer.claims;
import static dev.tidings.auth.device.jwt.TestIssuer.credentials;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.jose.JwsAlgorithm;
import dev.tidings.auth.jose.Signer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real threads and a real file. */
class JwtDevicesServiceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Signer first = Signer.of("key-1", JwsAlgorithm.ED25519);
  private final Signer second = Signer.of("key-2", JwsAlgorithm.RS256);

  private static JwtDevicesService start(Path file) {
    return JwtDevicesService.start(
        new JwtSettings(
            List.of(IssuerSetting.read(TestIssuer.NAME + "=" + file, Set.of())),
            Optional.empty(),
            Set.of()),
        () -> TestIssuer.START);
  }

  private static Decision<DeviceIdentity> decide(JwtDevicesService service, Signer signer) {
    return service
        .devices()
        .authenticate(credentials(signer.token(claims(""))))
        .toCompletableFuture()
        .join();
  }

  @Test
  void a_file_is_read_again_when_it_changes(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("acme.jwks");
    Files.write(file, Signer.keySet(first));
    try (JwtDevicesService service = start(file)) {
      assertThat(decide(service, first)).isInstanceOf(Decision.Accepted.class);

      Files.write(file, Signer.keySet(second));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(decide(service, second)).isInstanceOf(Decision.Accepted.class));
      assertThat(decide(service, first))
          .isInstanceOfSatisfying(
              Decision.Refused.class,
              refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.INVALID));
    }
  }

  @Test
  void a_file_that_appears_later_is_found(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("acme.jwks");
    try (JwtDevicesService service = start(file)) {
      assertThat(decide(service, first))
          .isInstanceOfSatisfying(
              Decision.Refused.class,
              refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.UNAVAILABLE));

      Files.write(file, Signer.keySet(first));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(decide(service, first)).isInstanceOf(Decision.Accepted.class));
      assertThat(service.devices().issuersWithoutKeys()).isZero();
    }
  }

  @Test
  void a_file_that_is_too_large_is_not_read(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("acme.jwks");
    Files.write(file, new byte[KeySource.MAX_BYTES + 1]);
    try (JwtDevicesService service = start(file)) {
      assertThat(decide(service, first))
          .isInstanceOfSatisfying(
              Decision.Refused.class,
              refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.UNAVAILABLE));
    }
  }
}
