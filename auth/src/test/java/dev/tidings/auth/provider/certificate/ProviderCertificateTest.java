package dev.tidings.auth.provider.certificate;

import static dev.tidings.auth.provider.certificate.TestCertificates.issue;
import static dev.tidings.auth.provider.certificate.TestCertificates.list;
import static dev.tidings.auth.provider.certificate.TestCertificates.listing;
import static dev.tidings.auth.provider.certificate.TestCertificates.marked;
import static dev.tidings.auth.provider.certificate.TestCertificates.of;
import static dev.tidings.auth.provider.certificate.TestCertificates.tagged;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderCertificateTest {
  private static final Instant NOW = Instant.parse("2026-11-29T10:00:00Z");
  private static final String APP = "com.example.news";
  private static final String SUBJECT = "UID=" + APP + ",CN=Apple Push Services: " + APP + ",C=US";

  private static ProviderCertificate read(CertificateBuilder builder) throws Exception {
    return ProviderCertificate.read(issue(builder).getCertificate());
  }

  @Test
  void the_uid_of_its_subject_is_its_app_and_its_one_topic() throws Exception {
    ProviderCertificate read = read(of(SUBJECT, NOW));

    assertThat(read.topics().app()).isEqualTo(APP);
    assertThat(read.topics().only()).isEqualTo(APP);
    assertThat(read.topics().contains(APP + ".voip")).isTrue();
    assertThat(read.isValidAt(NOW)).isTrue();
    assertThat(read.isDevelopment()).isFalse();
    assertThat(read.name()).matches("[0-9a-f]{64}");
  }

  @Test
  void the_topics_that_it_lists_are_all_that_it_is_for() throws Exception {
    CertificateTopics several = read(listing(of(SUBJECT, NOW), APP, APP + ".voip")).topics();
    CertificateTopics one = read(listing(of(SUBJECT, NOW), APP + ".voip")).topics();

    assertThat(several.listed().orElseThrow()).containsExactly(APP, APP + ".voip");
    assertThat(several.only()).isNull();
    assertThat(several.contains(APP + ".complication")).isFalse();
    assertThat(one.only()).isEqualTo(APP + ".voip");
    assertThat(one.contains(APP)).isFalse();
  }

  @Test
  void an_older_certificate_has_its_list_in_another_extension_or_a_mark_there() throws Exception {
    CertificateTopics several =
        read(of(SUBJECT, NOW)
                .addExtensionOctetString(
                    TopicsExtension.OLDER, false, TestCertificates.list(APP, APP + ".voip")))
            .topics();
    CertificateTopics marked =
        read(TestCertificates.marked(of(SUBJECT, NOW), TopicsExtension.OLDER)).topics();
    CertificateTopics both =
        read(listing(of(SUBJECT, NOW), APP)
                .addExtensionOctetString(
                    TopicsExtension.OLDER, false, TestCertificates.list(APP, APP + ".voip")))
            .topics();

    assertThat(several.listed().orElseThrow()).containsExactly(APP, APP + ".voip");
    assertThat(several.contains(APP + ".complication")).isFalse();
    assertThat(marked.listed()).isEmpty();
    assertThat(marked.contains(APP + ".complication")).isTrue();
    assertThat(both.listed().orElseThrow()).containsExactly(APP);
  }

  @Test
  void a_list_as_apple_writes_it_is_read() throws Exception {
    // The value of the extension of a certificate for com.a, com.a.voip and com.a.complication.
    byte[] apples =
        HexFormat.of()
            .parseHex(
                "3045"
                    + "0c05636f6d2e61"
                    + "30050c03617070" //
                    + "0c0a636f6d2e612e766f6970"
                    + "30060c04766f6970" //
                    + "0c12636f6d2e612e636f6d706c69636174696f6e"
                    + "300e0c0c636f6d706c69636174696f6e");
    apples[1] = (byte) (apples.length - 2);

    assertThat(TopicsExtension.read(tagged(4, apples)))
        .containsExactly("com.a", "com.a.voip", "com.a.complication");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CN=news", "UID=a+UID=b,CN=news", "UID=a,UID=b"})
  void a_subject_without_one_uid_says_nothing(String subject) {
    assertThatThrownBy(() -> read(of(subject, NOW)))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining("expected: one, the app's bundle id");
  }

  @Test
  void one_for_development_alone_says_so() throws Exception {
    CertificateBuilder development = marked(of(SUBJECT, NOW), TestCertificates.DEVELOPMENT);

    assertThat(read(development).isDevelopment()).isTrue();
    assertThat(read(marked(development.copy(), TestCertificates.PRODUCTION)).isDevelopment())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "04",
        "0400",
        "0500",
        "040130",
        "04023000",
        "04020500",
        "0480",
        "0484ffffffff",
        "04043002 0c00",
        "0406 3004 0c05 6161",
        "0409 3007 0c01 61 3000 0c 01",
        "0403 300000",
        "04023000 00"
      })
  void a_damaged_list_is_refused(String hex) {
    byte[] damaged = HexFormat.of().parseHex(hex.replace(" ", ""));

    assertThatThrownBy(() -> TopicsExtension.read(damaged))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining("expected: 1 to 100 topics");
  }

  @Test
  void a_list_without_bounds_is_refused() {
    String[] many = IntStream.range(0, 101).mapToObj(i -> "com.a" + i).toArray(String[]::new);

    assertThatThrownBy(() -> TopicsExtension.read(tagged(4, list(many))))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void whatever_bytes_a_list_has_it_is_read_or_refused() {
    Random random = new Random(14);
    byte[] good = tagged(4, list(APP, APP + ".voip"));
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = Arrays.copyOf(good, random.nextInt(good.length + 4));
      for (int n = random.nextInt(4); n > 0 && bytes.length > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(TopicsExtension.read(bytes)).isNotEmpty();
      } catch (CertificateException e) {
        assertThat(e).hasMessageContaining("expected");
      }
    }
  }
}
