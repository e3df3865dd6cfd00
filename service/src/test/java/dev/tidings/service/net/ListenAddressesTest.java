package dev.tidings.service.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows G83 of docs/guarantees.md. */
class ListenAddressesTest {
  private final List<ServerSocket> closed = new ArrayList<>();

  private class Sockets implements ListenAddresses.Binder<ServerSocket> {
    @Override
    public ServerSocket bind(InetSocketAddress address) throws IOException {
      ServerSocket socket = new ServerSocket();
      socket.bind(address);
      return socket;
    }

    @Override
    public int port(ServerSocket bound) {
      return bound.getLocalPort();
    }

    @Override
    public void close(ServerSocket bound) throws IOException {
      closed.add(bound);
      bound.close();
    }
  }

  private static boolean hasIpv6() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress("::1", 0));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static InetAddress address(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }

  @Test
  void localhost_is_every_loopback_address_that_this_host_has() throws Exception {
    List<InetAddress> all = ListenAddresses.of("localhost").all();

    assertThat(all.getFirst()).isEqualTo(address("127.0.0.1"));
    assertThat(all.contains(address("::1"))).isEqualTo(hasIpv6());
    assertThat(all).doesNotHaveDuplicates().allMatch(InetAddress::isLoopbackAddress);
  }

  @Test
  void who_tries_any_address_of_localhost_is_let_in() throws Exception {
    List<ServerSocket> bound = ListenAddresses.of("localhost").bind(0, new Sockets());

    assertThat(bound.stream().map(ServerSocket::getLocalPort).distinct()).hasSize(1);
    for (ServerSocket each : bound) {
      try (each;
          Socket client = new Socket(each.getInetAddress(), bound.getFirst().getLocalPort())) {
        assertThat(client.isConnected()).isTrue();
      }
    }
  }

  @Test
  void an_address_is_only_itself() throws Exception {
    assertThat(ListenAddresses.of("127.0.0.1").all()).containsExactly(address("127.0.0.1"));
    assertThat(ListenAddresses.of("0.0.0.0").local(80)).isEqualTo("127.0.0.1:80");
    assertThat(ListenAddresses.of("::1").local(80)).isEqualTo("[0:0:0:0:0:0:0:1]:80");
    assertThat(ListenAddresses.text("::1", 9101)).isEqualTo("[::1]:9101");
  }

  @Test
  void where_one_address_has_the_port_taken_another_port_is_free_on_all() throws Exception {
    ListenAddresses two = new ListenAddresses(List.of(address("127.0.0.1"), address("127.0.0.2")));
    List<ServerSocket> taken = new ArrayList<>();
    Sockets sockets =
        new Sockets() {
          @Override
          public ServerSocket bind(InetSocketAddress address) throws IOException {
            if (address.getPort() != 0 && taken.size() < 3) {
              taken.add(super.bind(address));
            }
            return super.bind(address);
          }
        };
    List<ServerSocket> bound = two.bind(0, sockets);

    assertThat(closed).hasSize(3);
    assertThat(bound).hasSize(2);
    assertThat(bound.get(0).getLocalPort()).isEqualTo(bound.get(1).getLocalPort());
    for (ServerSocket socket : taken) {
      socket.close();
    }
    for (ServerSocket socket : bound) {
      socket.close();
    }
  }

  @Test
  void a_port_that_is_taken_on_one_address_leaves_nothing_listening() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, address("127.0.0.2"))) {
      ListenAddresses two =
          new ListenAddresses(List.of(address("127.0.0.1"), address("127.0.0.2")));

      assertThatThrownBy(() -> two.bind(taken.getLocalPort(), new Sockets()))
          .isInstanceOf(BindException.class);
      assertThat(closed).hasSize(1);
    }
  }
}
