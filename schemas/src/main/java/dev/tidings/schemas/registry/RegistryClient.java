package dev.tidings.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A client of the Confluent Schema Registry REST API. What it has learned it keeps: an id never
 * changes its schema. Thread-safe; a call may block for as long as the retries last.
 */
public final class RegistryClient implements AutoCloseable {
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

  private final RegistryConfig config;
  private final HttpClient http;
  private final ObjectMapper json = JsonMapper.builder().build();
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final Map<Subject, Integer> ids = new ConcurrentHashMap<>();

  private record Subject(String name, Schema schema) {}

  public RegistryClient(RegistryConfig config) {
    this.config = config;
    this.http = HttpClient.newBuilder().connectTimeout(config.requestTimeout()).build();
  }

  /** The schema of an id found in a record. */
  public Schema schema(int id) {
    @Nullable Schema known = schemas.get(id);
    if (known != null) {
      return known;
    }
    JsonNode answer = call("schema " + id, "GET", "/schemas/ids/" + id, null, config.retries());
    Schema schema = parse(id, answer.path("schema").asText());
    schemas.put(id, schema);
    return schema;
  }

  /** The id of a schema under a subject; registers it if that is allowed and it is not there. */
  public int id(String subject, Schema schema) {
    return id(new Subject(subject, schema), config.retries());
  }

  /** The same, each registry being asked once: for those who ask again by themselves. */
  public int idAtOnce(String subject, Schema schema) {
    return id(new Subject(subject, schema), config.urls().size() - 1);
  }

  private int id(Subject subject, int retries) {
    @Nullable Integer known = ids.get(subject);
    return known != null ? known : remember(subject, config.autoRegister(), retries);
  }

  /** Registers a schema, whatever {@code auto.register.schemas} says: for provisioning. */
  public int register(String subject, Schema schema) {
    return remember(new Subject(subject, schema), true, config.retries());
  }

  private int remember(Subject subject, boolean register, int retries) {
    String path = "/subjects/" + URLEncoder.encode(subject.name(), StandardCharsets.UTF_8);
    String body = json.createObjectNode().put("schema", subject.schema().toString()).toString();
    JsonNode answer =
        call(
            "subject " + subject.name(),
            "POST",
            register ? path + "/versions" : path,
            body,
            retries);
    int id = answer.path("id").asInt();
    schemas.put(id, subject.schema());
    ids.put(subject, id);
    return id;
  }

  private JsonNode call(
      String what, String method, String path, @Nullable String body, int retries) {
    long wait = config.retryWait().toMillis();
    for (int attempt = 0; ; attempt++) {
      URI base = config.urls().get(attempt % config.urls().size());
      try {
        HttpResponse<String> response =
            http.send(request(base, method, path, body), BodyHandlers.ofString());
        if (response.statusCode() / 100 == 2) {
          return json.readTree(response.body());
        }
        if (response.statusCode() < 500 && response.statusCode() != 429) {
          throw refused(what, response);
        }
        if (attempt >= retries) {
          throw new RegistryException.Unavailable(
              what + ": the schema registry at " + base + " answered " + response.statusCode());
        }
      } catch (IOException e) {
        if (attempt >= retries) {
          throw new RegistryException.Unavailable(
              what + ": the schema registry at " + base + " does not answer", e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RegistryException.Unavailable(what + ": interrupted", e);
      }
      pause(what, wait);
      wait = Math.min(2 * wait, config.maxRetryWait().toMillis());
    }
  }

  private static void pause(String what, long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException.Unavailable(what + ": interrupted", e);
    }
  }

  private HttpRequest request(URI base, String method, String path, @Nullable String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(config.requestTimeout())
            .header("Accept", CONTENT_TYPE)
            .header("Content-Type", CONTENT_TYPE)
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (config.authorization() != null) {
      request.header("Authorization", config.authorization());
    }
    return request.build();
  }

  private RegistryException.Refused refused(String what, HttpResponse<String> response) {
    try {
      JsonNode error = json.readTree(response.body());
      return new RegistryException.Refused(
          what,
          response.statusCode(),
          error.path("error_code").asInt(),
          error.path("message").asText());
    } catch (JsonProcessingException e) {
      return new RegistryException.Refused(what, response.statusCode(), 0, "no reason given");
    }
  }

  private static Schema parse(int id, String text) {
    try {
      return new Schema.Parser().parse(text);
    } catch (AvroRuntimeException e) {
      throw new UnreadableRecordException("schema " + id + " is not an Avro schema", e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
