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
  private int failures;
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
    String[] path = exchange.getRequestURI().getPath().split("/", -1);
    if (path.length == 4 && path[1].equals("schemas")) {
      int id = Integer.parseInt(path[3]);
      if (id < 1 || id > schemas.size()) {
        answer(exchange, 404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
      } else {
        answer(
            exchange,
            200,
            json.createObjectNode().put("schema", schemas.get(id - 1).toString()).toString());
      }
    } else if (path.length == 2 && path[1].equals("subjects")) {
      answer(exchange, 200, json.writeValueAsString(subjects.keySet()));
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
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
