package dev.tidings.node.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * RFC 6455, section 4.2.1, and who may ask from a web page.
 *
 * <p>Shows G81 of docs/guarantees.md.
 */
final class WebSocketRequestTest {
  private static final String HOST = "push.example.com:8083";

  @Test
  void the_key_is_answered_as_the_rfc_says() {
    assertThat(outcome(request("/mqtt"), List.of()))
        .isEqualTo(new WebSocketRequest.Granted("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", true));
  }

  @ParameterizedTest
  @CsvSource({
    "/mqtt,101", "/mqtt?token=a,101", "/mqtt?,101", "http://push.example.com/mqtt,101",
    "ws://push.example.com:8083/mqtt?a=b/c,101", "/mqtt/,404", "/mqttx,404", "/?/mqtt,404",
    "http://push.example.com,404", "/MQTT,404", "*,404"
  })
  void the_path_decides(String target, int status) {
    assertThat(status(request(target), List.of())).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Sec-WebSocket-Key|dGhlIHNhbXBsZSBub25jZQ|400",
        "Sec-WebSocket-Key|dGhlIHNhbXBsZSBub25jZTE=|400",
        "Sec-WebSocket-Key|c2hvcnQ=|400",
        "Sec-WebSocket-Key|!!!!!!!!!!!!!!!!!!!!!!==|400",
        "Sec-WebSocket-Version|12|426",
        "Sec-WebSocket-Version|x|426",
        "Upgrade|h2c|426",
        "Upgrade|h2c, WebSocket|101",
        "Connection|keep-alive|400",
        "Connection|keep-alive, UPGRADE|101",
        "Host|a b|400",
        "Host|user@host|400",
        "Host|a/b|400",
        "Host|[::1]:8083|101",
        "Host|host:port|400",
        "Content-Length|5|400",
        "Content-Length|0|101",
        "Transfer-Encoding|chunked|400"
      })
  void a_header_that_is_not_the_handshakes_is_refused(String name, String value, int status) {
    HttpRequest request = request("/mqtt");
    request.headers().set(name, value);

    assertThat(status(request, List.of())).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "Host,400",
    "Upgrade,426",
    "Connection,400",
    "Sec-WebSocket-Key,400",
    "Sec-WebSocket-Version,400",
    "Sec-WebSocket-Protocol,101",
    "Origin,101"
  })
  void one_that_is_missing_is_refused_if_it_is_needed(String name, int status) {
    HttpRequest request = request("/mqtt");
    request.headers().remove(name);

    assertThat(status(request, List.of())).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Host", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Origin"})
  void one_that_comes_twice_is_refused(String name) {
    HttpRequest request = request("/mqtt");
    request.headers().set("Origin", "https://push.example.com");
    request.headers().add(name, request.headers().get(name));

    assertThat(status(request, List.of())).isEqualTo(400);
  }

  @Test
  void sub_protocols_may_come_in_several_lines() {
    HttpRequest request = request("/mqtt");
    request.headers().set("Sec-WebSocket-Protocol", List.of("mqttv3.1", "other, mqtt"));

    assertThat(outcome(request, List.of()))
        .isInstanceOfSatisfying(
            WebSocketRequest.Granted.class, granted -> assertThat(granted.subprotocol()).isTrue());
  }

  @ParameterizedTest
  @CsvSource({"GET,HTTP/1.1,101", "POST,HTTP/1.1,405", "GET,HTTP/1.0,400", "GET,HTTP/2.0,505"})
  void the_method_is_get_and_the_version_1_1(String method, String version, int status) {
    HttpRequest request =
        new DefaultHttpRequest(
            HttpVersion.valueOf(version), HttpMethod.valueOf(method), "/mqtt", headers());

    assertThat(status(request, List.of())).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "http://push.example.com,101", "https://PUSH.example.com:444,101", "http://evil.example,403",
    "null,403", "'',403", "https://push.example.com.evil.example,403",
    "https://evil.example/push.example.com,403", "push.example.com,403"
  })
  void a_page_of_the_host_itself_may_connect_by_default(String origin, int status) {
    HttpRequest request = request("/mqtt");
    request.headers().set("Origin", origin);

    assertThat(status(request, List.of())).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "https://app.example.com,101", "HTTPS://App.example.com,101", "http://app.example.com,403",
    "https://app.example.com:8443,403", "https://push.example.com,403", "null,403"
  })
  void a_list_takes_the_place_of_that(String origin, int status) {
    assertThat(status(from(origin), List.of("https://app.example.com"))).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "https://app.example.com,101", "http://other.example:81,101", "file://,101",
    "chrome-extension://abcdef,101", "null,403", "'',403"
  })
  void a_star_allows_every_page_whose_browser_says_where_it_is_from(String origin, int status) {
    assertThat(status(from(origin), List.of("https://app.example.com", "*"))).isEqualTo(status);
  }

  /** RFC 6454, sections 4 and 5. */
  @ParameterizedTest
  @CsvSource({
    "https://a.example,https://a.example:443,101",
    "https://a.example:443,https://a.example,101",
    "http://a.example:80,HTTP://A.EXAMPLE,101",
    "https://a.example:0443,https://a.example,101",
    "https://a.example:8443,https://a.example:8443,101",
    "https://a.example:8443,https://a.example,403",
    "https://a.example:80,https://a.example,403",
    "http://a.example:443,https://a.example,403",
    "https://a.example.,https://a.example,403",
    "https://[2001:db8::1]:8443,https://[2001:DB8:0:0:0:0:0:1]:8443,101",
    "https://[2001:db8::2],https://[2001:db8::1],403",
    "https://[:::1],https://[2001:db8::1],403",
    "https://a.example:99999,https://a.example,403",
    "capacitor://localhost,capacitor://localhost,101",
    "ionic://localhost,capacitor://localhost,403"
  })
  void origins_are_the_same_if_scheme_host_and_port_are(String origin, String listed, int status) {
    assertThat(status(from(origin), List.of("https://other.example", listed))).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://a.example/path",
        "https://a.example/",
        "https://a.example:",
        "https://a.example:65536",
        "https://[::1::]",
        "https://*.example.com",
        "https://b\u00fccher.example",
        "a.example",
        "//a.example",
        "null",
        "**",
        ""
      })
  void what_is_no_origin_cannot_be_listed(String text) {
    assertThatThrownBy(() -> new WebSocketOrigins(List.of(text)))
        .hasMessage("WebSocket origin: " + text + " (expected: scheme://host[:port] or *)");
  }

  private static HttpRequest from(String origin) {
    HttpRequest request = request("/mqtt");
    request.headers().set("Origin", origin);
    return request;
  }

  private static int status(HttpRequest request, List<String> origins) {
    return outcome(request, origins) instanceof WebSocketRequest.Refused refused
        ? refused.status().code()
        : 101;
  }

  private static WebSocketRequest.Outcome outcome(HttpRequest request, List<String> origins) {
    return new WebSocketRequest(new WebSocketOrigins(origins)).check(request);
  }

  private static HttpRequest request(String target) {
    return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target, headers());
  }

  private static HttpHeaders headers() {
    return new DefaultHttpHeaders()
        .set("Host", HOST)
        .set("Upgrade", "websocket")
        .set("Connection", "Upgrade")
        .set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        .set("Sec-WebSocket-Version", "13")
        .set("Sec-WebSocket-Protocol", "mqtt");
  }
}
