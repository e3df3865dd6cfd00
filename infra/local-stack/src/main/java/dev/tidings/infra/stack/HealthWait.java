package dev.tidings.infra.stack;

import dev.tidings.infra.process.ChildFailedException;
import dev.tidings.infra.process.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;

/** Waits until the parts of the stack can be used. */
final class HealthWait {
  private static final Duration ASK_EVERY = Duration.ofMillis(50);
  private static final int ANSWER_WITHIN_MILLIS = 2_000;

  private HealthWait() {}

  /** Waits until the broker describes its cluster, and is part of it. */
  static void awaitBroker(ChildProcess broker, int id, String address, Duration patience)
      throws InterruptedException {
    Map<String, Object> config =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address,
            AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, 20,
            AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 100);
    try (Admin admin = Admin.create(config)) {
      await(broker, patience, () -> isPartOfItsCluster(admin, id));
    }
  }

  /** Waits until the registry lists its subjects. */
  static void awaitRegistry(ChildProcess registry, String url, Duration patience)
      throws InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest subjects =
          HttpRequest.newBuilder(URI.create(url + "/subjects"))
              .timeout(Duration.ofMillis(ANSWER_WITHIN_MILLIS))
              .build();
      await(registry, patience, () -> answersOk(http, subjects));
    }
  }

  private static void await(ChildProcess child, Duration patience, BooleanSupplier healthy)
      throws InterruptedException {
    long start = System.nanoTime();
    while (!healthy.getAsBoolean()) {
      if (child.awaitEnd(ASK_EVERY)) {
        throw ChildFailedException.ended(child);
      }
      if (System.nanoTime() - start > patience.toNanos()) {
        throw ChildFailedException.notReady(child, patience);
      }
    }
  }

  private static boolean isPartOfItsCluster(Admin admin, int id) {
    var options = new DescribeClusterOptions().timeoutMs(ANSWER_WITHIN_MILLIS);
    try {
      return admin.describeCluster(options).nodes().get().stream()
          .anyMatch(node -> node.id() == id);
    } catch (ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean answersOk(HttpClient http, HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
