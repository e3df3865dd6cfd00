package dev.tidings.infra.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.infra.cli.doctor.check.Check;
import dev.tidings.infra.cli.doctor.check.ClockDifference;
import dev.tidings.infra.cli.doctor.check.Site;
import dev.tidings.infra.process.HostPort;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the schema registry and the services answer, and whether clocks agree. */
record HttpChecks(Site site, InstantSource clock) {
  private static final Pattern WITH_USER = Pattern.compile("([a-z]+://)([^/@]*)@(.*)");
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int MOST_SHOWN = 300;

  List<Check> run() throws InterruptedException {
    List<Check> checks = new ArrayList<>();
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      checks.addAll(registries(http));
      for (String service : site.services().keySet()) {
        HostPort at = site.services().get(service);
        checks.add(
            at == null
                ? Check.failed(
                    service,
                    "where it tells its health is not known",
                    "say where: --management HOST:PORT")
                : service(http, service, at));
      }
    }
    return checks;
  }

  private List<Check> registries(HttpClient http) throws InterruptedException {
    List<Check> checks = new ArrayList<>();
    for (String given : site.registryUrl().split(",", -1)) {
      // It may have a user and a password, which are sent and not shown.
      Matcher parts = WITH_USER.matcher(given.strip());
      String url = parts.matches() ? parts.group(1) + parts.group(3) : given.strip();
      Optional<String> user = parts.matches() ? Optional.of(parts.group(2)) : Optional.empty();
      try {
        HttpResponse<String> answer = get(http, url + "/subjects", user);
        boolean sound = answer.statusCode() == 200 && answer.body().stripLeading().startsWith("[");
        checks.add(
            sound
                ? Check.sound("schema registry", url)
                : Check.failed(
                    "schema registry",
                    url
                        + ": %d %s (expected: 200 and a list of subjects)"
                            .formatted(answer.statusCode(), shown(answer.body())),
                    "name the registry with --schema-registry-url; if it is the right one, see its"
                        + " log"));
        time(answer)
            .ifPresent(theirs ->
                checks.add(
                    new ClockDifference("the schema registry at " + url, theirs)
                        .check(clock.instant())));
      } catch (IOException | IllegalArgumentException e) {
        checks.add(
            Check.failed(
                "schema registry",
                url + ": " + words(e),
                "start it, or name the one that runs with --schema-registry-url"));
      }
    }
    return checks;
  }

  private static Check service(HttpClient http, String name, HostPort at)
      throws InterruptedException {
    try {
      HttpResponse<String> answer = get(http, "http://" + at + "/health/ready", Optional.empty());
      return answer.statusCode() == 200
          ? Check.sound(name, at + ": ready")
          : Check.failed(
              name,
              "%s: not ready: %d %s".formatted(at, answer.statusCode(), shown(answer.body())),
              "what is DOWN says why; its log tells since when");
    } catch (IOException | IllegalArgumentException e) {
      return Check.failed(
          name,
          at + ": " + words(e) + " (expected: its management port)",
          "start it, or say where it is: --management HOST:PORT");
    }
  }

  /** Returns what the clock of another machine shows, which it tells to the second. */
  private static Optional<Instant> time(HttpResponse<?> answer) {
    try {
      return answer
          .headers()
          .firstValue("date")
          .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /**
   * Asks.
   *
   * @param user the user and the password, percent-encoded, with a colon between them
   */
  private static HttpResponse<String> get(HttpClient http, String url, Optional<String> user)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
    user.ifPresent(name -> {
      byte[] decoded = URLDecoder.decode(name.replace("+", "%2B"), UTF_8).getBytes(UTF_8);
      request.header("authorization", "Basic " + Base64.getEncoder().encodeToString(decoded));
    });
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static String words(Exception failure) {
    return failure instanceof java.net.ConnectException
        ? "nobody answers there"
        : failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  /** Another program may answer anything. */
  private static String shown(String body) {
    String text = body.replaceAll("\\p{Cntrl}", " ").strip();
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
  }
}
