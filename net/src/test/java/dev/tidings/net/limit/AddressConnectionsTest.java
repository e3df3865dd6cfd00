package dev.tidings.net.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.junit.jupiter.api.Test;

final class AddressConnectionsTest {
  @Test
  void an_address_has_as_many_as_it_may_and_nothing_is_left_of_those_that_have_gone() {
    AddressConnections connections = new AddressConnections(2);
    From first = new From("192.0.2.7");
    From second = new From("192.0.2.7");
    assertThat(connections.admit(first)).isTrue();
    assertThat(connections.admit(second)).isTrue();
    for (int i = 0; i < 5; i++) {
      assertThat(connections.admit(new From("192.0.2.7"))).isFalse();
    }
    From other = new From("192.0.2.8");
    assertThat(connections.admit(other)).isTrue();
    assertThat(connections.addresses()).isEqualTo(2);

    first.close();
    assertThat(connections.admit(new From("192.0.2.7"))).isTrue();
    other.close();
    assertThat(connections.addresses()).isEqualTo(1);
  }

  @Test
  void the_addresses_of_an_ipv6_network_count_as_one() {
    AddressConnections connections = new AddressConnections(1);
    assertThat(connections.admit(new From("2001:db8::1"))).isTrue();

    assertThat(connections.admit(new From("2001:db8::2"))).isFalse();
    assertThat(connections.admit(new From("2001:db8:0:1::1"))).isTrue();
  }

  @Test
  void without_a_limit_nothing_is_remembered() {
    AddressConnections connections = new AddressConnections(0);
    for (int i = 0; i < 100; i++) {
      assertThat(connections.admit(new From("192.0.2.7"))).isTrue();
    }

    assertThat(connections.addresses()).isZero();
  }

  private static final class From extends EmbeddedChannel {
    private final SocketAddress remote;

    From(String host) {
      remote = new InetSocketAddress(host, 4711);
    }

    @Override
    public SocketAddress remoteAddress() {
      return remote;
    }
  }
}
