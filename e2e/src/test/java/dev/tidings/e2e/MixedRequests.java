package dev.tidings.e2e;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Schedules, withdrawals of some of what is scheduled, and broadcasts, one after the other,
 * whatever becomes of them; and the ledger of what was answered.
 */
final class MixedRequests implements AutoCloseable {
  static final int SCHEDULED = 60;
  static final int BROADCASTS = 6;
  private static final int RUN_OF_SCHEDULES = 31;
  private static final int RUN_OF_BROADCASTS = 32;
  private static final int EVERY_MILLIS = 200;
  private static final int SCHEDULES_FOR_ONE_BROADCAST = SCHEDULED / BROADCASTS;
  private static final int DUE_AFTER_SECONDS = 6;
  private static final int ACCEPTED = 202;
  private static final int CONFLICT = 409;
  private static final int OK = 200;

  private final URI api;
  private final String topic;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final Map<String, Integer> scheduled = new ConcurrentHashMap<>();
  private final Set<String> withdrawn = ConcurrentHashMap.newKeySet();
  private final Set<String> broadcasts = ConcurrentHashMap.newKeySet();
  private int next;
  private volatile boolean over;

  MixedRequests(Pipeline pipeline, String topic) {
    this.api = URI.create("http://" + pipeline.endpoint(TidingsService.INGEST_API, "http"));
    this.topic = topic;
  }

  /** Has a device join the topic. */
  void join(String token) throws IOException, InterruptedException {
    String path = "/v1/topics/%s/subscribers?app=%s".formatted(topic, Provider.APP);
    HttpResponse<String> answer = send("PUT", path, "{\"token\":\"%s\"}".formatted(token));
    if (answer.statusCode() != ACCEPTED) {
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
  }

  void start(List<String> tokens) {
    clock.scheduleWithFixedDelay(
        () -> {
          try {
            go(tokens);
          } catch (IOException e) {
            // Not accepted, as far as the provider knows.
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        },
        0,
        EVERY_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  private void go(List<String> tokens) throws IOException, InterruptedException {
    int number = next++;
    if (number >= SCHEDULED) {
      over = true;
      return;
    }
    int device = number % tokens.size();
    String id = Ids.of(RUN_OF_SCHEDULES, number);
    if (accepted(
        "{\"target\":{\"token\":\"%s\"},\"app\":\"%s\",\"id\":\"%s\",\"deliverAt\":\"%s\",\"payload\":{}}"
            .formatted(
                tokens.get(device),
                Provider.APP,
                id,
                Instant.now().plusSeconds(DUE_AFTER_SECONDS)))) {
      scheduled.put(id, device);
    }
    if (number % SCHEDULES_FOR_ONE_BROADCAST == 0) {
      String broadcast = Ids.of(RUN_OF_BROADCASTS, number);
      if (broadcast(broadcast)) {
        broadcasts.add(broadcast);
      }
    }
    if (number % 2 == 1 && send("DELETE", "/v1/notifications/" + id, "").statusCode() == OK) {
      withdrawn.add(id);
    }
  }

  /** Sends to all who have joined; returns whether it was accepted. */
  boolean broadcast(String id) throws IOException, InterruptedException {
    return accepted(
        "{\"target\":{\"topic\":\"%s\"},\"app\":\"%s\",\"id\":\"%s\",\"payload\":{}}"
            .formatted(topic, Provider.APP, id));
  }

  private boolean accepted(String body) throws IOException, InterruptedException {
    int status = send("POST", "/v1/notifications", body).statusCode();
    if (status == CONFLICT) {
      throw new AssertionError("409 " + body);
    }
    return status == ACCEPTED;
  }

  /** Sends a request, and waits for its answer. */
  HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(api.resolve(path))
            .header("content-type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  boolean isOver() {
    return over;
  }

  /** Returns the ids that were accepted to be sent later, with the numbers of their devices. */
  Map<String, Integer> scheduled() {
    return scheduled;
  }

  /** Returns the ids of those that were withdrawn, as was answered. */
  Set<String> withdrawn() {
    return withdrawn;
  }

  Set<String> broadcasts() {
    return broadcasts;
  }

  /** Whether it is one of the others: those have their order. */
  static boolean isSingle(String id) {
    return UUID.fromString(id).getMostSignificantBits() < RUN_OF_SCHEDULES;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    http.close();
  }
}
