package dev.tidings.auth.device.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Apps;
import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.device.DeviceCredentials;
import dev.tidings.auth.device.DeviceIdentity;
import io.netty.pkitesting.CertificateBuilder;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G95 of docs/guarantees.md. */
final class CertificateDevicesTest {
  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private static final Instant END = NOW.plus(Duration.ofDays(1));

  private Instant time = NOW;
  private final CertificateDevices devices = new CertificateDevices(() -> time);

  private static CertificateBuilder named(String subject) {
    return new CertificateBuilder()
        .ecp256()
        .subject(subject)
        .setIsCertificateAuthority(true)
        .notBefore(NOW.minusSeconds(60))
        .notAfter(END);
  }

  private static X509Certificate certificate(String subject) throws Exception {
    return named(subject).buildSelfSigned().getCertificate();
  }

  private Decision<DeviceIdentity> decide(String serial, X509Certificate... certificates) {
    return devices
        .authenticate(new DeviceCredentials(serial, null, null, List.of(certificates)))
        .toCompletableFuture()
        .join();
  }

  private static void assertRefused(Decision<DeviceIdentity> decision, RefusalReason reason) {
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
  }

  @Test
  void a_device_is_the_one_that_its_common_name_says_until_its_certificate_ends() throws Exception {
    assertThat(decide("phone-1", certificate("O=Example, CN=phone-1")))
        .isEqualTo(
            new Decision.Accepted<>(
                new DeviceIdentity("phone-1", Optional.empty(), Apps.ALL, END)));
    assertThat(devices.outcomes().accepted()).isEqualTo(1);
  }

  @Test
  void a_uri_of_ours_goes_before_the_common_name() throws Exception {
    X509Certificate certificate =
        named("CN=A model")
            .addSanUriName("https://example.com/")
            .addSanUriName("urn:tidings:device:phone-1")
            .buildSelfSigned()
            .getCertificate();

    assertThat(decide("phone-1", certificate)).isInstanceOf(Decision.Accepted.class);
    assertRefused(decide("A model", certificate), RefusalReason.NOT_AUTHORIZED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"phone-2", "Phone-1", "phone-1 ", "phone-1,CN=phone-2", "phone-1\0"})
  void the_certificate_of_another_device_is_not_authorized_for_this_one(String serial)
      throws Exception {
    assertRefused(decide(serial, certificate("CN=phone-1")), RefusalReason.NOT_AUTHORIZED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"phone,1", "phone+1", "phone=1", "té\"lé#phone", "#0c0161"})
  void a_name_is_taken_letter_by_letter_however_it_is_escaped(String serial) throws Exception {
    String escaped = serial.replaceAll("([,+=\"#])", "\\\\$1");

    assertThat(decide(serial, certificate("CN=" + escaped + ",O=Example")))
        .isInstanceOf(Decision.Accepted.class);
  }

  @Test
  void a_device_without_a_certificate_has_proved_nothing() {
    assertRefused(decide("phone-1"), RefusalReason.MISSING);
    assertThat(devices.outcomes().refused(RefusalReason.MISSING)).isEqualTo(1);
  }

  @Test
  void only_the_first_certificate_of_a_chain_is_the_devices() throws Exception {
    assertRefused(
        decide("phone-1", certificate("CN=phone-2"), certificate("CN=phone-1")),
        RefusalReason.NOT_AUTHORIZED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"O=Example", "CN=phone-1,CN=phone-2", "CN=phone-1+CN=phone-2"})
  void a_subject_with_no_or_several_common_names_names_no_device(String subject) throws Exception {
    X509Certificate certificate = certificate(subject);

    assertRefused(decide("phone-1", certificate), RefusalReason.INVALID);
    assertRefused(decide("phone-2", certificate), RefusalReason.INVALID);
  }

  @Test
  void several_uris_of_ours_name_no_device_and_an_empty_one_neither() throws Exception {
    X509Certificate several =
        named("CN=phone-1")
            .addSanUriName("urn:tidings:device:phone-1")
            .addSanUriName("urn:tidings:device:phone-2")
            .buildSelfSigned()
            .getCertificate();
    X509Certificate empty =
        named("CN=phone-1").addSanUriName("urn:tidings:device:").buildSelfSigned().getCertificate();

    assertRefused(decide("phone-1", several), RefusalReason.INVALID);
    assertRefused(decide("phone-1", empty), RefusalReason.INVALID);
    assertRefused(decide("", empty), RefusalReason.INVALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"urn:tidings:device:phone 1", "urn:tidings:device:%zz", "phone-2"})
  void the_common_name_does_not_stand_in_for_alternative_names_that_cannot_be_read(String uri)
      throws Exception {
    X509Certificate certificate =
        named("CN=phone-1")
            .addExtensionOctetString("2.5.29.17", false, alternativeName(uri))
            .buildSelfSigned()
            .getCertificate();

    assertRefused(decide("phone-1", certificate), RefusalReason.INVALID);
  }

  /** A sequence of one URI, in DER. */
  private static byte[] alternativeName(String uri) {
    byte[] text = uri.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(text.length + 4)
        .put((byte) 0x30)
        .put((byte) (text.length + 2))
        .put((byte) 0x86)
        .put((byte) text.length)
        .put(text)
        .array();
  }

  @Test
  void whatever_bytes_its_names_have_they_name_a_device_or_none() throws Exception {
    X509Certificate good =
        named("CN=phone-1,O=Example")
            .addSanUriName("urn:tidings:device:phone-1")
            .addSanDnsName("phone.example.com")
            .buildSelfSigned()
            .getCertificate();
    byte[] subject = good.getSubjectX500Principal().getEncoded();
    byte[] alternatives = good.getExtensionValue("2.5.29.17");
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    Random random = new Random(14);
    int decided = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] encoded = good.getEncoded();
      change(encoded, random.nextBoolean() ? subject : alternatives, random);
      X509Certificate certificate;
      try {
        certificate =
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(encoded));
      } catch (CertificateException e) {
        // No handshake takes it.
        continue;
      }
      assertThat(decide("phone-1", certificate)).isNotNull();
      decided++;
    }
    assertThat(decided).isGreaterThan(2_000);
    assertThat(devices.outcomes().accepted()).isBetween(1L, decided - 1L);
  }

  /** Changes bytes within the last occurrence of a part: some, or all from some place on. */
  private static void change(byte[] encoded, byte[] part, Random random) {
    int from = encoded.length - part.length;
    while (!Arrays.equals(encoded, from, from + part.length, part, 0, part.length)) {
      from--;
    }
    if (random.nextInt(8) == 0) {
      for (int at = random.nextInt(part.length); at < part.length; at++) {
        encoded[from + at] = (byte) random.nextInt();
      }
    }
    for (int n = random.nextInt(4); n > 0; n--) {
      encoded[from + random.nextInt(part.length)] = (byte) random.nextInt();
    }
  }

  @Test
  void a_certificate_counts_from_its_first_second_to_its_last() throws Exception {
    X509Certificate certificate = certificate("CN=phone-1");

    time = NOW.minusSeconds(61);
    assertRefused(decide("phone-1", certificate), RefusalReason.INVALID);
    time = NOW.minusSeconds(60);
    assertThat(decide("phone-1", certificate)).isInstanceOf(Decision.Accepted.class);
    time = END.minusNanos(1);
    assertThat(decide("phone-1", certificate)).isInstanceOf(Decision.Accepted.class);
    time = END;
    assertRefused(decide("phone-1", certificate), RefusalReason.EXPIRED);
  }
}
