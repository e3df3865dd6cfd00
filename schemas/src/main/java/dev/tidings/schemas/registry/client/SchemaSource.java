package dev.tidings.schemas.registry.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.schemas.registry.client.RegistryCalls.Call;
import dev.tidings.schemas.registry.client.RegistryCalls.Persistence;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Fetches the schema of an id and the schemas it refers to. Thread-safe; blocks. */
final class SchemaSource {
  private static final int MAX_REFERENCES = 100;

  private final RegistryCalls registries;

  SchemaSource(RegistryCalls registries) {
    this.registries = registries;
  }

  /**
   * Returns the schema of an id.
   *
   * @throws UnreadableRecordException if no record can be read with it
   */
  Schema fetch(int id, Persistence persistence) {
    JsonNode answer = get("schema " + id, "/schemas/ids/" + id, persistence);
    Schema.Parser parser = new Schema.Parser();
    // Defaults matter in a reader's schema only; those of a writer's schema are not validated.
    parser.setValidateDefaults(false);
    try {
      Schema schema = new References(parser, persistence).parse(answer);
      if (!SchemaWeight.isBearable(schema)) {
        throw new UnreadableRecordException(
            "schema " + id + " is too large (expected: at most " + SchemaWeight.MAX + " types)");
      }
      return schema;
    } catch (AvroRuntimeException | StackOverflowError e) {
      throw new UnreadableRecordException("schema " + id + " is not an Avro schema", e);
    }
  }

  private JsonNode get(String what, String path, Persistence persistence) {
    return registries.ask(new Call(what, "GET", path, null, SchemaSource::isSchema), persistence);
  }

  private static boolean isSchema(JsonNode answer) {
    return answer.path("schema").isTextual() && !answer.path("schema").asText().isBlank();
  }

  /** The references of one schema, each read once and before the schemas that refer to it. */
  private final class References {
    private final Schema.Parser parser;
    private final Persistence persistence;
    private final Set<String> seen = new HashSet<>();

    References(Schema.Parser parser, Persistence persistence) {
      this.parser = parser;
      this.persistence = persistence;
    }

    Schema parse(JsonNode answer) {
      String type = answer.path("schemaType").asText("AVRO");
      if (!type.equals("AVRO")) {
        throw new UnreadableRecordException("schema of type " + type + " (expected: AVRO)");
      }
      for (JsonNode reference : answer.path("references")) {
        add(reference.path("subject").asText(), reference.path("version").asInt());
      }
      return parser.parse(answer.path("schema").asText());
    }

    private void add(String subject, int version) {
      String path =
          "/subjects/"
              + URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20")
              + "/versions/"
              + version;
      if (!seen.add(path)) {
        return;
      }
      if (seen.size() > MAX_REFERENCES) {
        throw new UnreadableRecordException("a schema with more references than " + MAX_REFERENCES);
      }
      parse(get("subject " + subject + " version " + version, path, persistence));
    }
  }
}
