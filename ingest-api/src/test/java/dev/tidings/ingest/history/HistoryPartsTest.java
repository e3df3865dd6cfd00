package dev.tidings.ingest.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.ingest.limit.LimitRules;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.peer.KnownPeers;
import dev.tidings.ingest.send.SendBench;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class HistoryPartsTest {
  @Test
  void where_none_is_kept_both_questions_are_told_by_which_setting() {
    try (SendBench bench = new SendBench(LimitRules.Fixed.NONE);
        RegistryClient registry =
            new RegistryClient(
                RegistryConfig.of(Map.of(RegistryConfig.URL, "http://localhost:1")));
        HistoryParts history =
            new HistoryParts(
                Optional::empty,
                registry,
                () -> {
                  throw new AssertionError("no node is asked");
                },
                new NodeSeal(TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f")),
                KnownPeers.bySealAlone(),
                false,
                1,
                Duration.ofSeconds(1),
                InstantSource.system())) {
      int asked = 0;
      for (Operation each : history.operations(Optional.empty(), SendLimits.none())) {
        each.serve(Request.of("GET", "/v1?app=a", List.of()), bench.new Client()).end();
        int all = ++asked;
        Awaitility.await().untilAsserted(() -> assertThat(bench.answers).hasSize(all));
        Response answer = bench.answers.getLast();
        assertThat(answer.status().code()).isEqualTo(503);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("trace.history");
      }
      assertThat(asked).isEqualTo(2);
    }
  }
}
