package dev.tidings.ingest.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.console.overview.FleetFigures.Site;
import dev.tidings.schemas.question.NodeFigures;
import dev.tidings.schemas.question.NodeFigures.Socket;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketsTest {
  private static Site site(Socket... sockets) {
    return new Site(
        "10.0.0.1:1884",
        Optional.of(
            new NodeFigures(
                "node",
                "1",
                "open",
                List.of(sockets),
                new TreeSet<>(),
                new TreeMap<>(),
                new TreeMap<>())));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "localhost:8090, 127.0.0.1, ws://localhost:8083",
        "127.0.0.1:8090, 127.0.0.1, ws://127.0.0.1:8083",
        "[::1]:8090, 127.0.0.1, ws://[::1]:8083",
        "localhost:8090, ::1, ws://localhost:8083",
        "admin.example.com, 10.0.0.7, ws://10.0.0.7:8083",
        "admin.example.com, push.example.com, ws://push.example.com:8083",
        "admin.example.com, fe80::7, ws://[fe80::7]:8083",
        "-, 127.0.0.1, ws://localhost:8083"
      })
  void a_node_on_this_machine_has_the_name_of_the_page_and_others_their_own(
      String page, String node, String origin) {
    assertThat(WebSockets.origins(List.of(site(new Socket("ws", node, 8083))), page))
        .containsExactly(origin);
  }

  @Test
  void each_node_is_told_with_all_its_sockets_and_one_that_does_not_answer_with_none() {
    Site two = site(new Socket("ws", "10.0.0.1", 8083), new Socket("wss", "10.0.0.1", 8084));
    Site silent = new Site("10.0.0.2:1884", Optional.empty());

    assertThat(WebSockets.urls(two, "x"))
        .containsExactly("ws://10.0.0.1:8083/mqtt", "wss://10.0.0.1:8084/mqtt");
    assertThat(WebSockets.origins(List.of(two, silent, two), "x"))
        .containsExactly("ws://10.0.0.1:8083", "wss://10.0.0.1:8084");
  }
}
