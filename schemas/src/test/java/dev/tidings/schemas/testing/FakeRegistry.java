package dev.tidings.schemas.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * The part of the Confluent Schema Registry REST API the services use, over real HTTP, for tests
 * that need no more of it. It can be told to fail.
 */
public final class FakeRegistry implements AutoCloseable {
  private final ObjectMapper json = new ObjectMapper();
  private final HttpServer server;
  private final List<Schema> schemas = new ArrayList<>();
  private final Map<String, List<Integer>> subjects = new HashMap<>();
  private final Map<Integer, String> byId = new HashMap<>();
  private final Map<String, String> bySubject = new HashMap<>();
  private String instead = "";
  private int insteadNext;
  private int failures;
  private int forgotten;
  private int upgrades;
  private int requests;

  public FakeRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The next {@code count} requests are answered 503. */
  public synchronized void failNext(int count) {
    failures = count;
  }

  /** The next {@code count} requests for a schema are answered as if there were none. */
  public synchronized void forgetNext(int count) {
    forgotten = count;
  }

  /** It has lost all that it had: ids are given again, from 1 on. */
  public synchronized void lose() {
    schemas.clear();
    subjects.clear();
    byId.clear();
    bySubject.clear();
  }

  /** The next {@code count} requests are answered 200 with this. */
  public synchronized void answerNext(int count, String body) {
    insteadNext = count;
    instead = body;
  }

  /** Has a schema as it is written, with references: JSON objects, comma separated; its id. */
  public synchronized int put(String subject, String schema, String references) {
    // Takes an id, though it may not be a schema by itself.
    schemas.add(Schema.createFixed("Placeholder" + schemas.size(), null, "testing", 1));
    String answer =
        json.createObjectNode().put("schema", schema).toString().replaceFirst("}$", "")
            + ",\"references\":["
            + references
            + "]}";
    bySubject.put(subject, answer);
    byId.put(schemas.size(), answer);
    return schemas.size();
  }

  /** How many requests wanted to go on in HTTP/2. */
  public synchronized int upgradesAskedFor() {
    return upgrades;
  }

  public synchronized int requests() {
    return requests;
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    requests++;
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (failures > 0) {
      failures--;
      answer(exchange, 503, "{\"error_code\":50301,\"message\":\"told to fail\"}");
      return;
    }
    if (exchange.getRequestHeaders().containsKey("Upgrade")) {
      upgrades++;
    }
    if (insteadNext > 0) {
      insteadNext--;
      answer(exchange, 200, instead);
      return;
    }
    String[] path = exchange.getRequestURI().getRawPath().split("/", -1);
    if (path.length == 4 && path[1].equals("schemas")) {
      int id = Integer.parseInt(path[3]);
      if (byId.containsKey(id)) {
        answer(exchange, 200, byId.get(id));
      } else if (id < 1 || id > schemas.size() || forgotten > 0) {
        forgotten = Math.max(0, forgotten - 1);
        answer(exchange, 404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
      } else {
        answer(
            exchange,
            200,
            json.createObjectNode().put("schema", schemas.get(id - 1).toString()).toString());
      }
    } else if (path.length == 2 && path[1].equals("subjects")) {
      answer(exchange, 200, json.writeValueAsString(subjects.keySet()));
    } else if (path.length == 5 && path[1].equals("subjects")) {
      String subject = URLDecoder.decode(path[2], StandardCharsets.UTF_8);
      answer(exchange, 200, bySubject.get(subject));
    } else if (path.length >= 3 && path[1].equals("subjects")) {
      subject(exchange, path[2], path.length == 4, json.readTree(body));
    } else {
      answer(exchange, 404, "{\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}");
    }
  }

  private void subject(HttpExchange exchange, String subject, boolean register, JsonNode body)
      throws IOException {
    Schema schema = new Schema.Parser().parse(body.path("schema").asText());
    int id = schemas.indexOf(schema) + 1;
    boolean known = id > 0 && subjects.getOrDefault(subject, List.of()).contains(id);
    if (!known && !register) {
      answer(exchange, 404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
      return;
    }
    if (id == 0) {
      schemas.add(schema);
      id = schemas.size();
    }
    if (!known) {
      subjects.computeIfAbsent(subject, name -> new ArrayList<>()).add(id);
    }
    answer(exchange, 200, "{\"id\":" + id + "}");
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
