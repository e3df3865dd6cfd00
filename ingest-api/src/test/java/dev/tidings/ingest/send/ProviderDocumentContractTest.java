package dev.tidings.ingest.send;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.ingest.ProviderApiOperations;
import dev.tidings.ingest.limit.LimitKind;
import dev.tidings.ingest.limit.LimitRules;
import dev.tidings.ingest.rest.ApiDocument;
import dev.tidings.ingest.send.post.PostNotifications;
import dev.tidings.schemas.value.PushType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The document of the provider ports has what they serve, and nothing else. */
class ProviderDocumentContractTest {
  private static final Set<String> METHODS = Set.of("get", "post", "patch", "delete", "put");

  private final JsonNode document = read();

  private static JsonNode read() {
    try {
      return new ObjectMapper().readTree(ApiDocument.read());
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private JsonNode schema(String name) {
    return document.at("/components/schemas/" + name);
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void every_operation_is_documented_and_every_documented_one_is_there() {
    Set<String> documented = new TreeSet<>();
    document
        .get("paths")
        .properties()
        .forEach(path ->
            names(path.getValue())
                .forEach(method -> {
                  assertThat(METHODS).contains(method);
                  documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                }));

    try (SendBench bench = new SendBench(LimitRules.Fixed.NONE)) {
      assertThat(documented)
          .isEqualTo(
              ProviderApiOperations.named(
                  new PostNotifications(
                      bench.desk,
                      bench.bodies,
                      bench.bodies,
                      java.time.Duration.ofSeconds(5),
                      () -> false,
                      Optional.empty()),
                  bench.log));
    }
  }

  @Test
  void the_members_of_a_notification_are_those_that_are_read() {
    assertThat(names(schema("Notification").get("properties")))
        .isEqualTo(new TreeSet<>(SendFields.NAMES));
    Set<String> types = new TreeSet<>();
    schema("Notification")
        .at("/properties/pushType/enum")
        .forEach(each -> types.add(each.asText()));
    Set<String> known =
        new TreeSet<>(Arrays.stream(PushType.values()).map(PushType::header).toList());
    known.remove("mdm");
    known.add("null");
    assertThat(types).isEqualTo(known);
  }

  @Test
  void every_status_that_is_counted_is_documented() {
    Set<String> documented = names(document.at("/paths/~1v1~1notifications/post/responses"));
    assertThat(documented).containsAll(SendMeters.statuses()).contains("200", "202");
  }

  @Test
  void every_limit_that_answers_name_is_documented() {
    Set<String> named =
        new TreeSet<>(Arrays.stream(LimitKind.values()).map(LimitKind::text).toList());
    named.addAll(
        List.of(
            "broadcasts",
            "broadcasts-per-minute",
            "broadcasts-being-written",
            "erasures",
            "replays",
            "replays-of-all",
            "replays-per-minute",
            "traces",
            "in-flight",
            "requests-with-this-id",
            "request-memory"));

    assertThat(schema("Problem").at("/properties/limit/enum"))
        .extracting(JsonNode::asText)
        .containsAll(named);
  }

  @Test
  void every_reference_in_it_leads_somewhere_and_every_parameter_of_a_path_is_described() {
    List<String> references = new ArrayList<>();
    document.findValues("$ref").forEach(each -> references.add(each.asText()));
    assertThat(references)
        .isNotEmpty()
        .allSatisfy(each -> {
          assertThat(each).startsWith("#/");
          assertThat(document.at(each.substring(1)).isMissingNode()).as(each).isFalse();
        });
    assertThat(document.get("openapi").asText()).startsWith("3.1");
    assertThat(document.at("/paths/~1v1~1notifications~1{id}/get/parameters/0/name").asText())
        .isEqualTo("id");
  }
}
