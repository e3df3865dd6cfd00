package dev.tidings.ingest.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.provider.ProviderDecision;
import dev.tidings.auth.provider.ProviderDecision.Reason;
import dev.tidings.auth.provider.ProviderDirectory;
import dev.tidings.auth.provider.Providers;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.ingest.testing.TestConnection;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProviderGateTest {
  private boolean complete = true;
  private Optional<String> team = Optional.empty();
  private final Providers providers =
      new Providers(
          new ProviderDirectory() {
            @Override
            public Optional<Key> key(String id) {
              return Optional.empty();
            }

            @Override
            public Optional<ApiKey> apiKey(String id) {
              return Optional.empty();
            }

            @Override
            public Optional<String> team(String app) {
              return team;
            }

            @Override
            public boolean isComplete() {
              return complete;
            }
          },
          new AddressRefusals(System::nanoTime),
          InstantSource.system(),
          System::nanoTime);
  private final ProviderGate gate = new ProviderGate(providers);

  /** A connection that keeps what it is given, and notes that it is to be closed. */
  private static final class Client extends TestConnection implements Exchange {
    private final List<X509Certificate> certificates;
    private boolean leaving;
    private boolean admitted;

    Client(X509Certificate... certificates) {
      this.certificates = List.of(certificates);
    }

    @Override
    public List<X509Certificate> certificates() {
      return certificates;
    }

    @Override
    public void respond(Response response) {
      throw new AssertionError("its caller responds");
    }

    @Override
    public Connection connection() {
      return this;
    }

    @Override
    public void admit() {
      admitted = true;
    }

    @Override
    public void goAway() {
      leaving = true;
    }
  }

  private static Request request(String authorization) {
    return Request.of(
        "POST",
        "/",
        List.of(Map.<CharSequence, CharSequence>entry("authorization", authorization)));
  }

  private Reason push(Client client, String authorization) {
    return ((ProviderDecision.Refused) gate.push(request(authorization), client)).reason();
  }

  private Reason rest(Client client, String authorization) {
    return ((ProviderDecision.Refused) gate.rest(request(authorization), client)).reason();
  }

  @Test
  void a_connection_with_ten_refused_credentials_is_closed_and_others_are_not() {
    Client client = new Client();
    Client other = new Client();
    for (int i = 0; i < 5; i++) {
      assertThat(push(client, "bearer x")).isEqualTo(Reason.INVALID);
      assertThat(client.leaving).isFalse();
      assertThat(rest(client, "Bearer tid_x_y")).isEqualTo(Reason.INVALID);
    }

    assertThat(client.leaving).isTrue();
    for (int i = 0; i < 10; i++) {
      assertThat(push(client, "bearer x")).isEqualTo(Reason.INVALID);
    }
    assertThat(push(client, "bearer x")).isEqualTo(Reason.UNAVAILABLE);
    assertThat(push(other, "bearer x")).isEqualTo(Reason.INVALID);
    assertThat(other.leaving).isFalse();
  }

  @Test
  void before_all_keys_are_known_everybody_is_asked_to_come_again() {
    complete = false;
    Client client = new Client();
    for (int i = 0; i < 20; i++) {
      assertThat(push(client, "bearer x")).isEqualTo(Reason.UNAVAILABLE);
      assertThat(rest(client, "Bearer tid_x_y")).isEqualTo(Reason.UNAVAILABLE);
    }

    assertThat(client.leaving).isFalse();
    complete = true;
    assertThat(push(client, "bearer x")).isEqualTo(Reason.INVALID);
  }

  @Test
  void a_certificate_of_an_authority_that_was_revoked_counts_no_more_than_a_revoked_one()
      throws Exception {
    X509Bundle root = authority("root").buildSelfSigned();
    X509Bundle middle = authority("middle").buildIssuedBy(root);
    X509Certificate own =
        new CertificateBuilder()
            .ecp256()
            .subject("UID=com.example.news")
            .buildIssuedBy(middle)
            .getCertificate();
    Client client = new Client(own, middle.getCertificate());

    assertThat(decision(Set.of(own), client)).contains("not revoked");
    assertThat(decision(Set.of(middle.getCertificate()), client)).contains("not revoked");
    assertThat(decision(Set.of(root.getCertificate()), client)).contains("an app that there is");
    assertThat(client.admitted).isFalse();
    team = Optional.of("TEAM000001");
    client.forget();
    assertThat(new ProviderGate(providers, _ -> false).push(request("bearer x"), client))
        .isInstanceOf(ProviderDecision.Accepted.class);
    assertThat(client.admitted).isTrue();
  }

  private static CertificateBuilder authority(String name) {
    return new CertificateBuilder().ecp256().subject("CN=" + name).setIsCertificateAuthority(true);
  }

  private String decision(Set<X509Certificate> revoked, Client client) {
    client.forget();
    return ((ProviderDecision.Refused)
            new ProviderGate(providers, revoked::contains).push(request("bearer x"), client))
        .detail();
  }
}
