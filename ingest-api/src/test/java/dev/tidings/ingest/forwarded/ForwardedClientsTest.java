package dev.tidings.ingest.forwarded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpService;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.ingest.testing.TestConnection;
import dev.tidings.net.limit.AddressRanges;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients behind balancers that speak HTTP, and others who only say that they are. */
class ForwardedClientsTest {
  private static final String BALANCER = "10.0.0.1";
  private static final AddressRanges TRUSTED = AddressRanges.of(List.of("10.0.0.0/8"));
  private static final AttributeKey<String> KEPT = AttributeKey.valueOf("kept");

  private final List<Connection> seen = new ArrayList<>();
  private final HttpService service =
      ForwardedClients.behind(
          TRUSTED,
          (request, exchange) -> {
            seen.add(exchange.connection());
            return BodyReader.DROPPED;
          });

  /** A connection that something can be kept with. */
  private static final class Opened extends TestConnection {
    private final SocketAddress from;

    Opened(String from) {
      this.from = new InetSocketAddress(from, 4711);
    }

    @Override
    public SocketAddress remoteAddress() {
      return from;
    }
  }

  private record Asked(Connection connection) implements Exchange {
    @Override
    public void respond(Response response) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void consumed(int bytes) {
      throw new IllegalStateException("consumed " + bytes);
    }

    @Override
    public void goAway() {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void what_was_consumed_of_a_request_is_told_to_its_connection() {
    HttpService streams =
        ForwardedClients.behind(
            TRUSTED,
            (request, exchange) -> {
              exchange.consumed(7);
              return BodyReader.DROPPED;
            });
    Request request = Request.of("GET", "/", List.of(Map.entry("Forwarded", "for=192.0.2.7")));

    assertThatThrownBy(() -> streams.serve(request, new Asked(new Opened("10.0.0.1"))))
        .hasMessage("consumed 7");
  }

  private Connection ask(Connection connection, String... fields) {
    List<Map.Entry<CharSequence, CharSequence>> headers = new ArrayList<>();
    for (String field : fields) {
      headers.add(Map.entry("Forwarded", field));
    }
    headers.add(Map.entry("x-forwarded-for", "192.0.2.99"));
    service.serve(Request.of("GET", "/", headers), new Asked(connection));
    return seen.getLast();
  }

  private String client(String from, String... fields) {
    InetSocketAddress client = (InetSocketAddress) ask(new Opened(from), fields).remoteAddress();
    return client.getAddress().getHostAddress();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "for=192.0.2.7 | 192.0.2.7",
        "For=192.0.2.7;proto=https;by=203.0.113.1 | 192.0.2.7",
        "proto=https; for=\"192.0.2.7:4711\" | 192.0.2.7",
        "for=\"[2001:db8::7]:4711\" | 2001:db8:0:0:0:0:0:7",
        "for=\"[2001:db8::7]\" | 2001:db8:0:0:0:0:0:7",
        "for=\"[::ffff:192.0.2.7]\" | 192.0.2.7",
        // What a client has sent stands before what its balancer has written.
        "for=198.51.100.1, for=192.0.2.7 | 192.0.2.7",
        "for=\"198.51.100.1, for=192.0.2.7 | 192.0.2.7",
        "garbage;;=, for=192.0.2.7 | 192.0.2.7",
        // Two balancers, one behind the other.
        "for=198.51.100.1, for=192.0.2.7, for=10.0.0.2 | 192.0.2.7",
        "for=unknown, for=10.0.0.2 | 10.0.0.2",
      })
  void a_trusted_balancer_names_its_client(String field, String client) {
    assertThat(client(BALANCER, field)).isEqualTo(client);
  }

  @Test
  void several_fields_are_one_in_their_order() {
    assertThat(client(BALANCER, "for=198.51.100.1", "for=192.0.2.7")).isEqualTo("192.0.2.7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "for=",
        "for=unknown",
        "for=_hidden",
        "for=localhost",
        "for=192.0.2.7;for=192.0.2.8",
        "for=192.0.2.7 for=192.0.2.8",
        "for=192.0.2.256",
        "for=\"192.0.2.7:70000\"",
        "for=2001:db8::7",
        "for=\"[2001:db8::7",
        "for=\"[fe80::1%eth0]\"",
        "for=\"192.0.2.7",
        "for=192.0.2.7,",
        "by=192.0.2.7",
      })
  void one_that_names_nobody_speaks_for_itself(String field) {
    assertThat(client(BALANCER, field)).isEqualTo(BALANCER);
  }

  @Test
  void nobody_else_is_believed() {
    assertThat(client("203.0.113.9", "for=192.0.2.7")).isEqualTo("203.0.113.9");
    assertThat(client("203.0.113.9", "for=192.0.2.7, for=10.0.0.2")).isEqualTo("203.0.113.9");
  }

  @Test
  void where_nobody_is_trusted_nothing_is_looked_at() {
    HttpService inside = (request, exchange) -> BodyReader.DROPPED;

    assertThat(ForwardedClients.behind(AddressRanges.of(List.of()), inside)).isSameAs(inside);
  }

  @Test
  void what_is_kept_with_a_connection_is_kept_for_each_of_its_clients() {
    Opened balancers = new Opened(BALANCER);
    ask(balancers, "for=192.0.2.7").putIfAbsent(KEPT, "first");

    assertThat(ask(balancers, "for=192.0.2.8").get(KEPT)).isNull();
    assertThat(ask(balancers, "for=\"192.0.2.7:99\"").get(KEPT)).isEqualTo("first");
    assertThat(ask(balancers, "for=192.0.2.7").client()).isEqualTo(0xC0000207L);
    assertThat(ask(new Opened(BALANCER), "for=192.0.2.7").get(KEPT)).isNull();
  }

  @Test
  void however_many_clients_a_connection_has_only_the_latest_are_kept() {
    Opened balancers = new Opened(BALANCER);
    ask(balancers, "for=192.0.2.7").putIfAbsent(KEPT, "first");
    for (int i = 0; i < 100; i++) {
      ask(balancers, "for=198.51.100." + i);
    }

    assertThat(ask(balancers, "for=192.0.2.7").get(KEPT)).isNull();
  }

  @Test
  void whatever_is_sent_names_an_address_or_nobody() {
    Random random = new Random(20_261_129);
    String characters = "for=by;,\"[]:.\\ \t0192afx_%";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder field = new StringBuilder("for=");
      for (int length = random.nextInt(40); length > 0; length--) {
        field.append(characters.charAt(random.nextInt(characters.length())));
      }
      assertThat(client(BALANCER, field.toString())).matches("[0-9a-f.:]+");
    }
  }
}
