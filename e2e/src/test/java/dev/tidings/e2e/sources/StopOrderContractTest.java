package dev.tidings.e2e.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.IngestStopOrder;
import dev.tidings.node.DeliveryNode;
import dev.tidings.service.lifecycle.StopOrder;
import dev.tidings.streams.StreamsProcessor;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each service stops in the order that it declares and that the documents tell. That a running
 * service keeps to what it declares, {@code Lifecycle} sees to at every start.
 */
class StopOrderContractTest {
  private static final Map<String, StopOrder> ORDERS =
      Map.of(
          "ingest-api", IngestStopOrder.STEPS,
          "streams-processor", StreamsProcessor.STOP_ORDER,
          "delivery-node", DeliveryNode.STOP_ORDER);

  private static final Map<String, String> SOURCES =
      Map.of(
          "ingest-api", "ingest-api/src/main/java/",
          "streams-processor", "streams-processor/src/main/java/",
          "delivery-node", "delivery-nodes/src/main/java/");

  private static final String COMMON = "service/src/main/java/dev/tidings/service/context/";
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern STEP = Pattern.compile("\\.onStop\\(\\s*\"([^\"]+)\"");

  @ParameterizedTest
  @ValueSource(strings = {"ingest-api", "streams-processor", "delivery-node"})
  void the_steps_are_documented_in_the_order_in_which_they_run(String service) {
    List<String> rows =
        Text.named("operations.md").stream()
            .flatMap(page -> page.content().lines())
            .filter(line -> line.startsWith("| " + service + " | `readiness` · "))
            .toList();

    assertThat(rows)
        .singleElement()
        .satisfies(row -> assertThat(names(CODE, row)).isEqualTo(steps(service)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest-api", "streams-processor", "delivery-node"})
  void every_step_that_the_code_registers_has_its_place(String service) {
    List<String> registered =
        Text.named(".java").stream()
            .filter(file ->
                file.path().startsWith(SOURCES.get(service)) || file.path().startsWith(COMMON))
            .flatMap(file -> names(STEP, file.content()).stream())
            .toList();

    assertThat(registered).containsExactlyInAnyOrderElementsOf(steps(service));
  }

  private static List<String> steps(String service) {
    return ORDERS.get(service).steps();
  }

  private static List<String> names(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
  }
}
