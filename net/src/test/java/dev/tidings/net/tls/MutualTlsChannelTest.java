package dev.tidings.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes, each of which has to prove itself to the other.
 *
 * <p>Shows G96 of docs/guarantees.md.
 */
final class MutualTlsChannelTest {
  @TempDir Path directory;
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final List<MutualTls> started = new ArrayList<>();
  private final EmbeddedChannel client = new EmbeddedChannel();
  private final EmbeddedChannel server = new EmbeddedChannel();
  private X509Bundle authority;
  private SslHandler accepted;

  @BeforeEach
  void make() throws Exception {
    authority = Certificates.authority("nodes");
  }

  @AfterEach
  void close() {
    started.forEach(MutualTls::close);
    try {
      client.finishAndReleaseAll();
    } finally {
      server.finishAndReleaseAll();
    }
  }

  private MutualTls process(String name, X509Bundle issuer, X509Bundle trusted) throws Exception {
    write(name, issuer, trusted);
    MutualTls tls =
        MutualTls.start(
            name,
            new TlsFiles(
                directory.resolve(name + ".pem"),
                directory.resolve(name + ".key"),
                Optional.of(directory.resolve(name + ".ca")),
                ClientCertificates.NEED),
            "tidings-node",
            InstantSource.system(),
            metrics);
    started.add(tls);
    return tls;
  }

  private void write(String name, X509Bundle issuer, X509Bundle trusted) throws Exception {
    X509Bundle own = new CertificateBuilder().ecp256().subject("CN=" + name).buildIssuedBy(issuer);
    Files.writeString(directory.resolve(name + ".pem"), own.getCertificatePathPEM());
    Files.writeString(directory.resolve(name + ".key"), own.getPrivateKeyPEM());
    Files.writeString(directory.resolve(name + ".ca"), trusted.getCertificatePEM());
  }

  private void shakeHands(SslContext connecting, SslContext accepting) {
    accepted = accepting.newHandler(server.alloc());
    server.pipeline().addLast(accepted);
    client.pipeline().addLast(connecting.newHandler(client.alloc()));
    Wire.exchange(client, server);
  }

  private boolean isDone() {
    return accepted.handshakeFuture().isSuccess();
  }

  @Test
  void two_of_one_authority_know_each_other_whatever_their_host_names() throws Exception {
    shakeHands(
        process("a", authority, authority).connecting().get(),
        process("b", authority, authority).accepting().get());

    assertThat(isDone()).isTrue();
    assertThat(accepted.applicationProtocol()).isEqualTo("tidings-node");
    assertThat(accepted.engine().getSession().getPeerPrincipal()).hasToString("CN=a");
    assertThat(client.pipeline().get(SslHandler.class).engine().getSession().getPeerPrincipal())
        .hasToString("CN=b");
  }

  @Test
  void a_process_of_another_authority_of_the_same_name_gets_in_nowhere() throws Exception {
    X509Bundle other = Certificates.authority("nodes");
    MutualTls stranger = process("stranger", other, authority);
    MutualTls own = process("own", authority, authority);

    assertThatThrownBy(() -> shakeHands(stranger.connecting().get(), own.accepting().get()))
        .isInstanceOf(Exception.class);
    assertThat(isDone()).isFalse();
  }

  @Test
  void nobody_connects_to_a_process_of_another_authority() throws Exception {
    X509Bundle other = Certificates.authority("nodes");
    MutualTls stranger = process("stranger", other, authority);
    MutualTls own = process("own", authority, authority);

    assertThatThrownBy(() -> shakeHands(own.connecting().get(), stranger.accepting().get()))
        .isInstanceOf(Exception.class);
    assertThat(isDone()).isFalse();
  }

  @Test
  void an_authority_that_is_replaced_counts_from_the_next_connection_on() throws Exception {
    MutualTls own = process("own", authority, authority);
    X509Bundle next = Certificates.authority("nodes");
    SslContext before = own.accepting().get();
    write("own", next, next);
    own.reload();

    assertThat(own.accepting().get()).isNotSameAs(before);
    shakeHands(process("other", next, next).connecting().get(), own.accepting().get());
    assertThat(isDone()).isTrue();
  }

  @Test
  void the_authorities_of_two_listeners_are_compared_by_their_keys() throws Exception {
    write("own", authority, authority);
    write("same", authority, authority);
    write("other", authority, Certificates.authority("nodes"));

    assertThat(files("own").sharesAuthority(files("same"))).isTrue();
    assertThat(files("own").sharesAuthority(files("other"))).isFalse();
  }

  private TlsFiles files(String name) {
    return new TlsFiles(
        directory.resolve(name + ".pem"),
        directory.resolve(name + ".key"),
        Optional.of(directory.resolve(name + ".ca")),
        ClientCertificates.NEED);
  }
}
