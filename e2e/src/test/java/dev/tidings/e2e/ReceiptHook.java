package dev.tidings.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An endpoint for webhooks that takes everything, and knows what each notification's were. */
final class ReceiptHook implements AutoCloseable {
  private static final int OK = 200;

  private final ObjectMapper json = new ObjectMapper();
  private final HttpServer server;
  private final Map<String, Set<String>> told = new ConcurrentHashMap<>();

  private ReceiptHook(HttpServer server) {
    this.server = server;
  }

  static ReceiptHook start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ReceiptHook hook = new ReceiptHook(server);
    server.createContext("/", hook::take);
    server.start();
    return hook;
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode events = json.readTree(exchange.getRequestBody()).at("/data/events");
      for (JsonNode event : events) {
        told.computeIfAbsent(event.at("/data/id").asText(), id -> ConcurrentHashMap.newKeySet())
            .add(event.get("type").asText());
      }
      exchange.sendResponseHeaders(OK, -1);
    }
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort() + "/receipts";
  }

  /** Whether it was told such an event of a notification. */
  boolean knows(String id, String event) {
    return told.getOrDefault(id, Set.of()).contains(event);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
