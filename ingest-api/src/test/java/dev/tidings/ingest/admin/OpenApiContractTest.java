package dev.tidings.ingest.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.ingest.console.ConsoleDocumented;
import dev.tidings.ingest.console.live.GetEvents;
import dev.tidings.ingest.console.live.OverviewFeed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The document has what the port serves, and nothing else. */
class OpenApiContractTest {
  private static final Set<String> METHODS = Set.of("get", "post", "patch", "delete", "put");

  private final JsonNode document = read();

  private static JsonNode read() {
    try {
      return new ObjectMapper().readTree(OpenApiDocument.read());
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void every_operation_is_documented_and_every_documented_one_is_there() {
    Set<String> documented = new TreeSet<>();
    document
        .get("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .fieldNames()
                .forEachRemaining(method -> {
                  assertThat(METHODS).contains(method);
                  documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                }));

    Set<String> served = new TreeSet<>();
    try (AdminDesk desk = new AdminDesk()) {
      AdminApi.operations(desk, desk, desk, () -> AdminDesk.NOW)
          .forEach(each -> served.add(each.method() + " " + each.path()));
    }
    ConsoleDocumented.operations().forEach(each -> served.add(each.method() + " " + each.path()));
    served.add("GET " + new GetEvents(new OverviewFeed(() -> new byte[0]), () -> 0).path());
    assertThat(documented).isEqualTo(served);
  }

  @Test
  void it_is_served_and_every_reference_in_it_leads_somewhere() {
    try (AdminDesk desk = new AdminDesk()) {
      assertThat(desk.get("/openapi.json").json()).isEqualTo(document);
    }
    List<String> references = new ArrayList<>();
    document.findValues("$ref").forEach(each -> references.add(each.asText()));
    assertThat(references)
        .isNotEmpty()
        .allSatisfy(each -> {
          assertThat(each).startsWith("#/");
          assertThat(document.at(each.substring(1)).isMissingNode()).as(each).isFalse();
        });
    assertThat(document.get("openapi").asText()).startsWith("3.1");
    List<String> ids = new ArrayList<>();
    document.findValues("operationId").forEach(each -> ids.add(each.asText()));
    assertThat(ids).doesNotHaveDuplicates();
  }

  @Test
  void every_parameter_of_a_path_is_described() {
    document
        .get("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .forEach(operation -> {
                  Set<String> described = new TreeSet<>();
                  operation
                      .path("parameters")
                      .forEach(each -> {
                        if (each.path("in").asText().equals("path")) {
                          described.add("{" + each.get("name").asText() + "}");
                        }
                      });
                  Set<String> named = new TreeSet<>(List.of(path.getKey().split("/", -1)));
                  named.removeIf(part -> !part.startsWith("{"));
                  assertThat(described).as(path.getKey()).isEqualTo(named);
                }));
  }
}
