package dev.tidings.auth.device.jwt.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostCheckTest {
  private final HostCheck check = new HostCheck(Set.of("idp.internal"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://id.example.com/jwks.json",
        "https://id.example.com:8443/jwks.json?v=1",
        "https://idp.internal/jwks",
        "http://IDP.internal:8080/jwks",
        "http://localhost:8080/jwks",
        "http://127.0.0.1/jwks",
        "http://[::1]/jwks"
      })
  void acceptable_urls(String url) {
    assertThat(check.accepts(URI.create(url))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://id.example.com/jwks.json",
        "http://localhost.example.com/jwks",
        "https://user:secret@id.example.com/jwks",
        "https://id.example.com/jwks#a",
        "https:///jwks",
        "ftp://idp.internal/jwks",
        "file:///etc/jwks",
        "jar:https://id.example.com/a"
      })
  void other_urls(String url) {
    assertThat(check.accepts(URI.create(url))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.1.2.3",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b::e000:1",
        "64:ff9b:1::808:808",
        "64:ff9b::1:808:808",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2001::1",
        "2002:a00:1::1"
      })
  void private_addresses(String address) throws Exception {
    assertThat(HostCheck.isPublic(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "198.20.0.1",
        "64:ff9b::808:808",
        "2606:4700::1111",
        "2001:4860::8888"
      })
  void public_addresses(String address) throws Exception {
    assertThat(HostCheck.isPublic(InetAddress.getByName(address))).isTrue();
  }

  @Test
  void every_address_of_a_host_has_to_be_public_unless_the_host_is_named() throws Exception {
    InetAddress inside = InetAddress.getByName("10.0.0.1");
    InetAddress outside = InetAddress.getByName("1.1.1.1");

    assertThatCode(() -> check.addresses(URI.create("https://id.example.com/"), outside))
        .doesNotThrowAnyException();
    assertThatCode(() -> check.addresses(URI.create("https://idp.internal/"), inside, outside))
        .doesNotThrowAnyException();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> check.addresses(URI.create("https://id.example.com/"), outside, inside));
  }

  @Test
  void this_host_is_loopback_alone() throws Exception {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    InetAddress outside = InetAddress.getByName("1.1.1.1");

    assertThatCode(() -> check.addresses(URI.create("http://localhost/"), loopback))
        .doesNotThrowAnyException();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> check.addresses(URI.create("http://localhost/"), loopback, outside));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> check.addresses(URI.create("https://id.example.com/"), loopback));
  }

  @Test
  void a_url_that_an_administrator_entered_leads_to_this_host_only_if_that_is_named()
      throws Exception {
    HostCheck entered = HostCheck.namedOnly(Set.of("IDP.internal"));
    InetAddress loopback = InetAddress.getByName("127.0.0.1");

    for (String host : new String[] {"localhost", "127.0.0.1", "[::1]"}) {
      assertThat(entered.accepts(URI.create("http://" + host + "/jwks"))).isFalse();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> entered.addresses(URI.create("https://" + host + "/jwks"), loopback));
    }
    URI named = URI.create("http://idp.internal/jwks");
    assertThat(entered.accepts(named)).isTrue();
    assertThatCode(() -> entered.addresses(named, loopback)).doesNotThrowAnyException();
    HostCheck self = HostCheck.namedOnly(Set.of("localhost"));
    assertThat(self.accepts(URI.create("http://localhost:8080/jwks"))).isTrue();
  }
}
