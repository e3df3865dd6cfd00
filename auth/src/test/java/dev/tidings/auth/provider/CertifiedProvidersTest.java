package dev.tidings.auth.provider;

import static dev.tidings.auth.provider.TestDirectory.APP;
import static dev.tidings.auth.provider.TestDirectory.START;
import static dev.tidings.auth.provider.TestDirectory.TEAM;
import static dev.tidings.auth.provider.certificate.TestCertificates.issue;
import static dev.tidings.auth.provider.certificate.TestCertificates.listing;
import static dev.tidings.auth.provider.certificate.TestCertificates.marked;
import static dev.tidings.auth.provider.certificate.TestCertificates.of;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.provider.ProviderDecision.Accepted;
import dev.tidings.auth.provider.ProviderDecision.Reason;
import dev.tidings.auth.provider.ProviderDecision.Refused;
import dev.tidings.auth.provider.certificate.TestCertificates;
import io.netty.pkitesting.CertificateBuilder;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Apple's rules for certificates, one by one, as far as TLS has not decided.
 *
 * <p>Shows G94 of docs/guarantees.md.
 */
class CertifiedProvidersTest {
  private static final String OTHER = "com.example.mail";

  private final TestDirectory directory = new TestDirectory();
  private final Providers providers = directory.providers();
  private final Set<X509Certificate> revoked = new HashSet<>();

  private static X509Certificate certificate(CertificateBuilder builder) throws Exception {
    return issue(builder).getCertificate();
  }

  private static X509Certificate certificate() throws Exception {
    return certificate(of("UID=" + APP, START));
  }

  private ProviderConnection connection(X509Certificate certificate) {
    return providers.connection(0, certificate, revoked::contains);
  }

  private static Reason refused(ProviderDecision decision) {
    assertThat(decision).isInstanceOf(Refused.class);
    return ((Refused) decision).reason();
  }

  private static ProviderIdentity accepted(ProviderDecision decision) {
    assertThat(decision).isInstanceOf(Accepted.class);
    return ((Accepted) decision).identity();
  }

  @Test
  void a_certificate_needs_no_token_and_whatever_token_there_is_is_ignored() throws Exception {
    ProviderConnection connection = connection(certificate());

    ProviderIdentity provider = accepted(connection.push(null));

    assertThat(provider.team()).isEqualTo(TEAM);
    assertThat(provider.apps().contains(APP)).isTrue();
    assertThat(provider.apps().contains(OTHER)).isFalse();
    assertThat(provider.isTeamWide()).isFalse();
    assertThat(provider.certificate().orElseThrow().app()).isEqualTo(APP);
    assertThat(accepted(connection.push("bearer x"))).isSameAs(provider);
    assertThat(accepted(connection.push(directory.bearer(0)))).isSameAs(provider);
    assertThat(providers.outcomes().accepted()).isEqualTo(1);
  }

  @Test
  void the_rest_interface_wants_a_token_all_the_same() throws Exception {
    ProviderConnection connection = connection(certificate());

    assertThat(refused(connection.rest(null))).isEqualTo(Reason.MISSING);
    assertThat(accepted(connection.rest("Bearer " + directory.token(0))).certificate()).isEmpty();
  }

  @Test
  void its_apps_are_those_that_it_names_and_its_team_has() throws Exception {
    directory.apps.put(OTHER, "TEAM000002");
    directory.apps.put("com.example.more", TEAM);
    ProviderIdentity provider =
        accepted(
            connection(certificate(listing(of("UID=" + APP, START), APP, OTHER, "com.example.x")))
                .push(null));

    assertThat(provider.apps().contains(APP)).isTrue();
    assertThat(provider.apps().contains(OTHER)).isFalse();
    assertThat(provider.apps().contains("com.example.x")).isFalse();
    assertThat(provider.apps().contains("com.example.more")).isFalse();
  }

  @Test
  void one_that_says_no_app_or_one_that_nobody_has_is_bad() throws Exception {
    assertThat(refused(connection(certificate(of("CN=news", START))).push(directory.bearer(0))))
        .isEqualTo(Reason.BAD_CERTIFICATE);
    assertThat(refused(connection(certificate(of("UID=" + OTHER, START))).push(null)))
        .isEqualTo(Reason.BAD_CERTIFICATE);
  }

  @Test
  void an_app_that_is_removed_or_gets_another_team_is_so_on_open_connections() throws Exception {
    ProviderConnection connection = connection(certificate());
    accepted(connection.push(null));

    directory.apps.put(APP, "TEAM000002");
    assertThat(accepted(connection.push(null)).team()).isEqualTo("TEAM000002");
    directory.apps.remove(APP);
    assertThat(refused(connection.push(null))).isEqualTo(Reason.BAD_CERTIFICATE);
  }

  @Test
  void one_that_expires_or_is_revoked_is_bad_on_open_connections() throws Exception {
    X509Certificate certificate = certificate();
    ProviderConnection connection = connection(certificate);
    accepted(connection.push(null));

    revoked.add(certificate);
    assertThat(refused(connection.push(null))).isEqualTo(Reason.BAD_CERTIFICATE);
    revoked.clear();
    accepted(connection.push(null));
    directory.pass(Duration.ofDays(2));
    assertThat(refused(connection.push(null))).isEqualTo(Reason.BAD_CERTIFICATE);
  }

  @Test
  void one_for_development_alone_is_of_another_environment() throws Exception {
    CertificateBuilder builder = marked(of("UID=" + APP, START), TestCertificates.DEVELOPMENT);

    assertThat(refused(connection(certificate(builder)).push(null)))
        .isEqualTo(Reason.CERTIFICATE_ENVIRONMENT);
    accepted(
        connection(certificate(marked(builder.copy(), TestCertificates.PRODUCTION))).push(null));
  }

  @Test
  void before_all_apps_are_known_everybody_is_asked_to_come_again() throws Exception {
    directory.complete = false;
    ProviderConnection connection = connection(certificate());

    assertThat(refused(connection.push(null))).isEqualTo(Reason.UNAVAILABLE);
    assertThat(connection.isExhausted()).isFalse();
    directory.complete = true;
    accepted(connection.push(null));
  }

  @Test
  void a_connection_with_a_bad_one_is_closed_after_ten_requests() throws Exception {
    ProviderConnection connection = connection(certificate(of("CN=news", START)));
    for (int i = 0; i < 10; i++) {
      assertThat(connection.isExhausted()).isFalse();
      assertThat(refused(connection.push(null))).isEqualTo(Reason.BAD_CERTIFICATE);
    }
    assertThat(connection.isExhausted()).isTrue();
    for (int i = 0; i < 10; i++) {
      assertThat(refused(connection.push(null))).isEqualTo(Reason.BAD_CERTIFICATE);
    }
    assertThat(refused(connection.push(null))).isEqualTo(Reason.UNAVAILABLE);
  }
}
