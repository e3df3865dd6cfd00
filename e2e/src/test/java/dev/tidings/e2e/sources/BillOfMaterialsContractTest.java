package dev.tidings.e2e.sources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.infra.stack.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each service's {@code target/bom.json}, in the format of CycloneDX. */
class BillOfMaterialsContractTest {
  private final Path root = Checkout.find().root();

  @ParameterizedTest
  @ValueSource(strings = {"ingest-api", "streams-processor", "delivery-nodes"})
  void it_lists_the_jars_of_the_class_path_and_no_others(String module) throws IOException {
    assertThat(listed(module)).isEqualTo(onClassPath(module)).isNotEmpty();
  }

  private Set<String> listed(String module) throws IOException {
    JsonNode bom =
        new ObjectMapper().readTree(root.resolve(module).resolve("target/bom.json").toFile());
    Set<String> jars = new TreeSet<>();
    for (JsonNode component : bom.get("components")) {
      // pkg:maven/group/name@version?classifier=…&type=jar
      String[] url = component.get("purl").asText().split("[/@?]");
      String classifier =
          Stream.of(url[4].split("&"))
              .filter(part -> part.startsWith("classifier="))
              .map(part -> part.replace("classifier=", "-"))
              .findFirst()
              .orElse("");
      jars.add(url[2] + "-" + url[3] + classifier + ".jar");
    }
    return jars;
  }

  private Set<String> onClassPath(String module) throws IOException {
    Set<String> jars = new TreeSet<>();
    String entries = Files.readString(root.resolve(module).resolve("target/classpath"));
    for (String entry : entries.strip().split(":", -1)) {
      jars.add(Path.of(entry).getFileName().toString());
    }
    return jars;
  }
}
