package dev.tidings.auth.device.jwt;

import static dev.tidings.auth.device.jwt.TestIssuer.claims;
import static dev.tidings.auth.device.jwt.TestIssuer.credentials;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.device.jwt.IssuerDirectory.Entry;
import dev.tidings.auth.device.jwt.keys.KeySource;
import dev.tidings.auth.jose.JwsAlgorithm;
import dev.tidings.auth.jose.Signer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real threads and a real file. */
class JwtDevicesServiceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Signer first = Signer.of("key-1", JwsAlgorithm.ED25519);
  private final AtomicBoolean deleted = new AtomicBoolean();
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

  @Test
  void an_issuer_s_end_that_could_not_be_told_at_once_is_told_the_next_time() {
    AtomicInteger told = new AtomicInteger();
    try (JwtDevicesService service = start("http://127.0.0.1:9/keys", Set.of("127.0.0.1"))) {
      service.whenIssuersChange(() -> {
        if (told.incrementAndGet() == 1) {
          throw new OutOfMemoryError("unable to create native thread");
        }
      });
      await().atMost(PATIENCE).until(() -> service.devices().issuersWithoutKeys() == 1);

      deleted.set(true);

      await().atMost(PATIENCE).until(() -> told.get() == 2);
      await().atMost(PATIENCE).until(() -> service.devices().issuersWithoutKeys() == 0);
    }
  }

  /** With one issuer, which an administrator has entered, and may have deleted. */
  private JwtDevicesService start(String url, Set<String> trustedHosts) {
    Entry entry =
        new Entry(
            "TEAM567890",
            Optional.of(url),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            TestIssuer.START);
    return JwtDevicesService.start(
        new JwtSettings(List.of(), Optional.empty(), trustedHosts),
        new IssuerDirectory() {
          @Override
          public long version() {
            return deleted.get() ? 2 : 1;
          }

          @Override
          public boolean isComplete() {
            return true;
          }

          @Override
          public Map<String, Entry> issuers() {
            return deleted.get() ? Map.of() : Map.of(TestIssuer.NAME, entry);
          }

          @Override
          public Map<String, Set<String>> appsByTeam() {
            return Map.of();
          }

          @Override
          public Optional<String> team(String app) {
            return Optional.empty();
          }
        },
        () -> TestIssuer.START);
  }

  @Test
  void the_url_of_an_entry_leads_to_this_host_only_if_that_is_named() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/jwks",
        exchange -> {
          asked.incrementAndGet();
          byte[] keys = Signer.keySet(first);
          exchange.sendResponseHeaders(200, keys.length);
          exchange.getResponseBody().write(keys);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/jwks";
    try {
      for (String inside : List.of(url, url.replace("http", "https"), "not a url", "http:x")) {
        try (JwtDevicesService service = start(inside, Set.of())) {
          await()
              .atMost(PATIENCE)
              .untilAsserted(() ->
                  assertThat(service.devices().wrong())
                      .get()
                      .asString()
                      .containsAnyOf("may not be asked", "not public"));
          assertThat(decide(service, first)).isInstanceOf(Decision.Refused.class);
        }
      }
      assertThat(asked).hasValue(0);

      try (JwtDevicesService service = start(url, Set.of("127.0.0.1"))) {
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> assertThat(decide(service, first)).isInstanceOf(Decision.Accepted.class));
      }
    } finally {
      server.stop(0);
    }
  }
}
