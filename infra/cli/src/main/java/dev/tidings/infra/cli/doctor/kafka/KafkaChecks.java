package dev.tidings.infra.cli.doctor.kafka;

import dev.tidings.infra.cli.doctor.check.Check;
import dev.tidings.infra.cli.doctor.check.Site;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Whether the brokers answer, and have everything as the services need it. */
public record KafkaChecks(Site site, InstantSource clock) {
  private static final String KAFKA = "Kafka";
  private static final int PATIENCE_MILLIS = 5_000;

  /** Something that is asked of the brokers. */
  private interface Question {
    List<Check> ask(Admin admin, Brokers brokers) throws ExecutionException, InterruptedException;
  }

  /** Returns how the brokers are asked: what does not answer within seconds is away. */
  public static Map<String, Object> clientSettings(Site site) {
    Map<String, Object> settings = new TreeMap<>(site.clients());
    settings.put("default.api.timeout.ms", PATIENCE_MILLIS);
    settings.put("request.timeout.ms", PATIENCE_MILLIS / 2);
    return settings;
  }

  public List<Check> run() throws InterruptedException {
    List<Check> checks = new ArrayList<>();
    try (Admin admin = Admin.create(clientSettings(site))) {
      DescribeClusterResult cluster = admin.describeCluster();
      Brokers brokers = new Brokers(List.copyOf(cluster.nodes().get()));
      checks.add(Check.sound(KAFKA, site.bootstrapServers() + ": " + brokers));
      ask("broker settings", checks, admin, brokers, BrokerSettings::check);
      var topics = new TopicChecks(site.names(), site.bootstrapServers());
      ask("topics", checks, admin, brokers, topics::check);
      ask("offsets", checks, admin, brokers, OffsetsTopic::check);
      ask("broker clocks", checks, admin, brokers, new BrokerClocks(site.names(), clock)::check);
      ask("broker disks", checks, admin, brokers, BrokerDisks::check);
      ask("broker addresses", checks, admin, brokers, (_, all) -> Addresses.ofBrokers(all, site));
      checks.addAll(new NodeAddresses(site, clock).check());
    } catch (ExecutionException | KafkaException e) {
      checks.add(
          Check.failed(
              KAFKA,
              site.bootstrapServers() + ": " + words(e),
              "start the brokers, or name those that run with --bootstrap-servers; with security,"
                  + " the client's settings in --command-config"));
    }
    return checks;
  }

  private static void ask(
      String what, List<Check> checks, Admin admin, Brokers brokers, Question question)
      throws InterruptedException {
    try {
      checks.addAll(question.ask(admin, brokers));
    } catch (ExecutionException | KafkaException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      checks.add(
          switch (why) {
            case AuthorizationException _ ->
                Check.weak(
                    what,
                    "not looked at: " + why.getMessage(),
                    "give this user Describe and DescribeConfigs on the cluster and the topics");
            case UnsupportedVersionException _ ->
                Check.weak(what, "not looked at: " + why.getMessage(), "brokers of version 4");
            default -> Check.failed(what, words(e), "see the brokers' logs");
          });
    }
  }

  private static String words(Exception failure) {
    Throwable why = failure.getCause() == null ? failure : failure.getCause();
    return why instanceof TimeoutException
        ? "no answer within %d s (expected: brokers that answer)".formatted(PATIENCE_MILLIS / 1_000)
        : String.valueOf(why.getMessage());
  }
}
