package dev.tidings.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialTest {
  private static final String TEAM = "TEAM567890";
  private static final String KID = "KEY4567890";
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.750Z");

  @TempDir private Path directory;
  private KeyPair pair;
  private Instant now = NOW;

  @BeforeEach
  void setUp() throws GeneralSecurityException {
    pair = newPair("EC", "secp256r1");
  }

  @Test
  void an_api_key_is_sent_as_a_bearer_token_and_not_shown() {
    Credential credential = Credential.apiKey("tid_KEY4567890_secret");

    assertThat(credential.authorization()).isEqualTo("Bearer tid_KEY4567890_secret");
    assertThat(credential).hasToString("Credential[API key]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "two words", "s3cret\nx-other: y", "s3crét"})
  void what_cannot_be_an_api_key_is_refused_and_not_repeated(String key) {
    assertThatThrownBy(() -> Credential.apiKey(key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the API key (expected: one word of printable ASCII)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://push.example.com",
        "HTTPS://push.example.com:8443",
        "https://10.0.0.1",
        "http://localhost:8080",
        "http://LOCALHOST",
        "http://127.0.0.1:8080",
        "http://127.1.2.3",
        "http://[::1]:8080",
        "http://[::ffff:127.0.0.1]:8080"
      })
  void it_is_sent_with_tls_or_to_this_machine(String url) {
    try (IngestClient client =
        new IngestClient(URI.create(url), Optional.of(Credential.apiKey("s3cret")))) {
      assertThat(client).hasToString("IngestClient[" + url + ", Credential[API key]]");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://push.example.com",
        "HTTP://push.example.com:8080",
        "http://10.0.0.1:8080",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://[::]:8080",
        "http://0.0.0.0:8080",
        "http://[fe80::1]:8080",
        "http://no_name_that_java_reads:8080"
      })
  void it_is_not_sent_in_clear_to_other_machines_unless_its_owner_says_so(String url) {
    URI there = URI.create(url);
    Credential credential = Credential.apiKey("s3cret");

    assertThatThrownBy(() -> new IngestClient(there, Optional.of(credential)))
        .isInstanceOf(UnprotectedCredentialException.class)
        .hasMessageStartingWith(url + ": a credential would be readable on the way there")
        .hasMessageNotContaining("s3cret");
    new IngestClient(there, Optional.of(credential.alsoWithoutTls())).close();
    new IngestClient(there, Optional.empty()).close();
  }

  @Test
  void a_supplier_is_asked_for_each_request() {
    var count = new AtomicInteger();
    Credential credential = Credential.of(() -> "Bearer " + count.incrementAndGet());

    assertThat(credential.authorization()).isEqualTo("Bearer 1");
    assertThat(credential.authorization()).isEqualTo("Bearer 2");
    assertThat(credential).hasToString("Credential[supplied]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bearer s3cret\r\n", "Bearer s3crét"})
  void what_a_supplier_says_is_not_repeated_if_it_is_no_header(String value) {
    Credential credential = Credential.of(() -> value);

    assertThatThrownBy(credential::authorization)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageNotContaining("s3cr")
        .hasNoCause();
  }

  @Test
  void a_provider_key_signs_tokens_as_apple_defines_them() throws Exception {
    Credential credential = providerKey();

    String value = credential.authorization();

    assertThat(value).startsWith("Bearer ");
    String[] parts = value.substring("Bearer ".length()).split("\\.", -1);
    assertThat(parts).hasSize(3);
    assertThat(json(parts[0])).hasToString("{\"alg\":\"ES256\",\"kid\":\"KEY4567890\"}");
    assertThat(json(parts[1])).hasToString("{\"iss\":\"TEAM567890\",\"iat\":1772366400}");
    assertThat(isSignedBy(pair, parts)).isTrue();
    assertThat(credential).hasToString("Credential[provider key KEY4567890 of team TEAM567890]");
  }

  @Test
  void a_token_is_the_same_in_every_language() throws Exception {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa-u-nu-arabext"));
    try {
      String[] parts = providerKey().authorization().split("\\.", -1);

      assertThat(json(parts[1])).hasToString("{\"iss\":\"TEAM567890\",\"iat\":1772366400}");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void a_token_is_used_for_forty_minutes() {
    Credential credential = providerKey();
    String first = credential.authorization();

    now = NOW.plus(Duration.ofMinutes(40)).minusMillis(1);
    assertThat(credential.authorization()).isEqualTo(first);
    now = NOW.plus(Duration.ofMinutes(40));
    assertThat(credential.authorization()).isNotEqualTo(first);
  }

  @Test
  void a_token_of_the_future_is_not_used_after_the_clock_was_set_back() {
    Credential credential = providerKey();
    String first = credential.authorization();

    now = NOW.minus(Duration.ofMinutes(1));
    assertThat(credential.authorization()).isEqualTo(first);
    now = NOW.minus(Duration.ofMinutes(1)).minusMillis(1);
    assertThat(credential.authorization()).isNotEqualTo(first);
  }

  @Test
  void a_key_is_read_from_a_file_with_apples_name() throws Exception {
    Path file = write("AuthKey_KEY4567890.p8", pair.getPrivate());

    Credential credential = Credential.providerKey(file, TEAM);

    String[] parts = credential.authorization().substring("Bearer ".length()).split("\\.", -1);
    assertThat(isSignedBy(pair, parts)).isTrue();
    assertThat(json(parts[0]).path("kid").asText()).isEqualTo(KID);
  }

  @Test
  void a_file_of_another_name_needs_the_key_id_besides() throws Exception {
    Path file = write("push.pem", pair.getPrivate());

    assertThat(Credential.providerKey(file, TEAM, KID)).hasToString(providerKey().toString());
    assertThatThrownBy(() -> Credential.providerKey(file, TEAM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("push.pem (expected: a file called AuthKey_KID.p8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "TEAM", "team567890", "TEAM56789\"", "TEAM5678901"})
  void an_id_of_another_form_is_refused(String id) throws Exception {
    Path file = write("AuthKey_KEY4567890.p8", pair.getPrivate());

    assertThatThrownBy(() -> Credential.providerKey(file, id))
        .hasMessage("team: " + id + " (expected: 10 characters of A-Z and 0-9)");
    assertThatThrownBy(() -> Credential.providerKey(file, TEAM, id))
        .hasMessage("key id: " + id + " (expected: 10 characters of A-Z and 0-9)");
  }

  @Test
  void a_file_without_such_a_key_is_refused_and_nothing_of_it_repeated() throws Exception {
    refused(write("other-curve", newPair("EC", "secp384r1").getPrivate()));
    refused(write("rsa", KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate()));
    refused(Files.writeString(directory.resolve("text"), "s3cret"));
    refused(Files.writeString(directory.resolve("empty"), ""));
    refused(Files.writeString(directory.resolve("cut"), pem(pair.getPrivate().getEncoded(), 40)));
    refused(
        Files.writeString(
            directory.resolve("large"),
            " ".repeat(17_000) + pem(pair.getPrivate().getEncoded(), Integer.MAX_VALUE)));
    assertThatThrownBy(() -> Credential.providerKey(directory.resolve("none"), TEAM, KID))
        .isInstanceOf(NoSuchFileException.class);
  }

  private static void refused(Path file) {
    assertThatThrownBy(() -> Credential.providerKey(file, TEAM, KID))
        .as(file.toString())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            file + " (expected: a private key of P-256, PKCS#8 in PEM, such as AuthKey_KID.p8)")
        .hasNoCause();
  }

  private Credential providerKey() {
    return Credential.providerKey((ECPrivateKey) pair.getPrivate(), TEAM, KID, () -> now);
  }

  private Path write(String name, PrivateKey key) throws IOException {
    return Files.writeString(directory.resolve(name), pem(key.getEncoded(), Integer.MAX_VALUE));
  }

  private static String pem(byte[] der, int most) {
    String base64 = Base64.getMimeEncoder().encodeToString(der);
    return "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
        .formatted(base64.substring(0, Math.min(most, base64.length())));
  }

  private static KeyPair newPair(String algorithm, String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static JsonNode json(String base64) throws IOException {
    return JsonMapper.builder().build().readTree(Base64.getUrlDecoder().decode(base64));
  }

  private static boolean isSignedBy(KeyPair pair, String[] parts) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initVerify(pair.getPublic());
    signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
    return signature.verify(Base64.getUrlDecoder().decode(parts[2]));
  }
}
