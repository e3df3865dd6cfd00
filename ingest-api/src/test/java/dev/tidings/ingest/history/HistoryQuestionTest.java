package dev.tidings.ingest.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidings.ingest.history.part.EveryPart;
import dev.tidings.ingest.rest.PeerClient;
import dev.tidings.ingest.trace.index.IndexKey;
import dev.tidings.ingest.trace.index.IndexRow;
import dev.tidings.ingest.trace.index.IndexScan;
import dev.tidings.ingest.trace.table.ReceiptsOwner;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.value.NotificationId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A question that two nodes answer, each of which has a part. Shows G162. */
class HistoryQuestionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int HERE = 0;
  private static final int THERE = 1;
  private static final List<String> APPS = IntStream.range(0, 10).mapToObj(i -> "app" + i).toList();

  private final HttpServer peer;
  private final PeerClient client = new PeerClient(PATIENCE, Optional.empty());
  private final List<URI> asked = new CopyOnWriteArrayList<>();

  HistoryQuestionTest() throws IOException {
    peer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    peer.createContext(HistoryQuestion.NODES_PATH, this::answer);
    peer.start();
  }

  @AfterEach
  void close() {
    client.close();
    peer.stop(0);
  }

  /** As another node of the same kind does. */
  private void answer(HttpExchange exchange) throws IOException {
    asked.add(exchange.getRequestURI());
    String query = exchange.getRequestURI().getRawQuery().replaceFirst("partitions=1&", "");
    byte[] page;
    try {
      page = reading().page(List.of(THERE), HistoryQuery.of(query)).text();
    } catch (Exception e) {
      throw new IOException(e);
    }
    exchange.sendResponseHeaders(200, page.length);
    exchange.getResponseBody().write(page);
    exchange.close();
  }

  /** Each partition has three rows of each app, at times of its own. */
  private static HistoryReading reading() {
    return new HistoryReading(
        (partition, scan, _) -> {
          List<IndexScan.Found> rows = new ArrayList<>();
          for (int at = 3; at > 0; at--) {
            int app = APPS.indexOf(scan.app());
            NotificationId id =
                new NotificationId("%08x-0000-0000-%04x-%012x".formatted(app, partition, at));
            IndexKey key = new IndexKey(scan.app(), at * 1_000L + partition, id, "0".repeat(16));
            rows.add(new IndexScan.Found(key, new IndexRow(Outcome.DELIVERED, 0, 0, null)));
          }
          return new IndexScan.Result(rows, null);
        },
        (_, row) -> Optional.of("\"" + row.key().id() + "\""),
        System::nanoTime);
  }

  private JsonNode ask(List<String> apps) throws Exception {
    ReceiptsOwner there =
        new ReceiptsOwner.There(
            new HostInfo(
                peer.getAddress().getAddress().getHostAddress(), peer.getAddress().getPort()));
    EveryPart parts =
        new EveryPart(
            () -> List.of(new ReceiptsOwner.Here(HERE), there),
            () -> client,
            new NodeSeal(TokenKeys.parse("1:" + "ab".repeat(32))),
            PATIENCE);
    HistoryQuery query =
        HistoryQuery.of(apps.stream().map(app -> "app=" + app).collect(Collectors.joining("&")));
    return new ObjectMapper()
        .readTree(
            new HistoryQuestion(query, parts, HistoryQuestionTest::reading)
                .answer()
                .get(60, TimeUnit.SECONDS)
                .body());
  }

  private static List<String> ids(JsonNode answer) {
    return IntStream.range(0, answer.get("notifications").size())
        .mapToObj(i -> answer.get("notifications").get(i).asText())
        .toList();
  }

  @Test
  void a_node_is_asked_once_about_ten_apps_and_they_have_the_rows_that_each_has() throws Exception {
    List<String> each = new ArrayList<>();
    for (String app : APPS) {
      each.addAll(ids(ask(List.of(app))));
    }
    asked.clear();

    List<String> all = ids(ask(APPS));

    assertThat(asked).hasSize(1);
    assertThat(asked.getFirst().getRawQuery()).contains("app=app0&", "&app=app9");
    assertThat(all).hasSize(60).containsExactlyInAnyOrderElementsOf(each);
    assertThat(all.subList(0, 10)).allMatch(id -> id.endsWith("-0001-000000000003"));
    assertThat(all.subList(50, 60)).allMatch(id -> id.endsWith("-0000-000000000001"));
  }
}
