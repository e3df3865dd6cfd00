package dev.tidings.auth.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import io.netty.pkitesting.CertificateBuilder;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CertifiedNodesTest {
  private X509Certificate node;

  @BeforeAll
  void make() throws Exception {
    node =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=secret.example.com")
            .setIsCertificateAuthority(true)
            .addSanDnsName("node-1.nodes.example.com")
            .addSanUriName("spiffe://example.com/delivery-node")
            .buildSelfSigned()
            .getCertificate();
  }

  private static Decision<NodeIdentity> decide(List<String> names, X509Certificate... chain) {
    return new CertifiedNodes(names).authenticate(InetAddress.getLoopbackAddress(), List.of(chain));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "node-1.nodes.example.com",
        "NODE-1.nodes.Example.com",
        "*.nodes.example.com",
        "*.Example.com",
        "spiffe://example.com/delivery-node"
      })
  void a_node_has_one_of_the_names(String name) {
    assertThat(decide(List.of("other", name), node)).isInstanceOf(Decision.Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "node-2.nodes.example.com",
        "nodes.example.com",
        "*.node-1.nodes.example.com",
        "*.odes.example.com",
        "secret.example.com",
        "spiffe://example.com/delivery",
        "*"
      })
  void another_name_is_not_authorized_and_the_common_name_is_none(String name) {
    assertThat(decide(List.of(name), node))
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.NOT_AUTHORIZED));
  }

  @Test
  void without_names_every_certificate_is_a_nodes_and_without_a_certificate_nobody_is() {
    assertThat(decide(List.of(), node)).isInstanceOf(Decision.Accepted.class);
    assertThat(decide(List.of()))
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.MISSING));
  }
}
