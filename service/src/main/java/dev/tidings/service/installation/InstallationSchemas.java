package dev.tidings.service.installation;

import dev.tidings.schemas.registry.known.SchemaStore;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schemas with which the services of the installation write, by the ids that are in the records
 * of its log. They are recorded in {@code control}, so that a process without a memory of its own
 * also notices that the registry is not the one that gave the ids. Thread-safe.
 */
final class InstallationSchemas {
  /** The prefix of the records' keys; the schema's id follows. */
  static final String PREFIX = "schema/";

  private static final Logger LOG = LoggerFactory.getLogger(InstallationSchemas.class);
  private static final String NAME = "schema";

  private final Map<Integer, String> written = new ConcurrentHashMap<>();
  private volatile Map<Integer, String> recorded = Map.of();

  /** Returns the text of a schema that a record has. */
  static Optional<String> text(byte[] value) {
    return NamedValues.of(value).text(NAME);
  }

  static byte[] bytes(String text) {
    return (NAME + "=" + text + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** This process writes with these schemas from now on. */
  void write(Map<Integer, Schema> schemas) {
    schemas.forEach((id, schema) -> written.put(id, schema.toString()));
  }

  /** Takes what is recorded. */
  void recorded(Map<Integer, String> now) {
    recorded = now;
  }

  /** Returns the records that are missing. */
  Map<String, byte[]> unsaid() {
    Map<String, byte[]> unsaid = new HashMap<>();
    written.forEach((id, text) -> {
      if (!recorded.containsKey(id)) {
        unsaid.put(PREFIX + id, bytes(text));
      }
    });
    return unsaid;
  }

  /** Returns a store of the recorded schemas, and of what another one has of other ids. */
  SchemaStore over(SchemaStore beneath) {
    return new SchemaStore() {
      @Override
      public Optional<Schema> find(int id) {
        return Optional.ofNullable(recorded.get(id))
            .flatMap(InstallationSchemas::parse)
            .or(() -> beneath.find(id));
      }

      @Override
      public void keep(int id, Schema schema) {
        beneath.keep(id, schema);
      }

      @Override
      public Set<Integer> ids() {
        Set<Integer> all = new TreeSet<>(recorded.keySet());
        all.addAll(beneath.ids());
        return all;
      }
    };
  }

  private static Optional<Schema> parse(String text) {
    try {
      Schema.Parser parser = new Schema.Parser();
      parser.setValidateDefaults(false);
      return Optional.of(parser.parse(text));
    } catch (AvroRuntimeException | StackOverflowError e) {
      LOG.warn("a recorded schema can't be read, and is not used: {}", e.toString());
      return Optional.empty();
    }
  }
}
