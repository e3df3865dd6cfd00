package dev.tidings.infra.demo;

import dev.tidings.infra.stack.Progress;
import dev.tidings.provider.AlertPayload;
import dev.tidings.provider.Credential;
import dev.tidings.provider.IngestClient;
import dev.tidings.provider.PushRequest;
import dev.tidings.provider.SendAnswer;
import dev.tidings.provider.Trace;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Sends one notification from provider to phone and back, and prints each step. */
public final class DemoJourney {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final List<String> STEPS = List.of("accepted", "resolved", "pushed", "confirmed");

  private final DemoPhone phone;
  private final EndpointList endpointList;
  private final Optional<Credential> provider;
  private final PrintWriter out;
  private final Progress progress;
  private String token = "";

  /**
   * Creates a demo.
   *
   * @param provider what the provider proves itself by; empty if it need not
   */
  public DemoJourney(
      DemoPhone phone,
      EndpointList endpointList,
      Optional<Credential> provider,
      PrintWriter out,
      Progress progress) {
    this.phone = phone;
    this.endpointList = endpointList;
    this.provider = provider;
    this.out = out;
    this.progress = progress;
  }

  /** Returns the phone's token, after {@link #run} has ended. */
  public String token() {
    return token;
  }

  /** Runs the demo. Returns what did not happen; empty if everything did. */
  public List<String> run() throws IOException, InterruptedException {
    token = phone.connect(PATIENCE);
    try (var ingest = new IngestClient(endpointList.http(), provider)) {
      return switch (ingest.send(notification())) {
        case SendAnswer.Rejected(int status, String reason, var _) ->
            List.of("not accepted: %d %s".formatted(status, reason));
        case SendAnswer.Accepted(String id) -> {
          progress.step("ingest-api has accepted the notification: apns-id " + id);
          yield follow(ingest, id);
        }
      };
    }
  }

  private List<String> follow(IngestClient ingest, String id)
      throws IOException, InterruptedException {
    Optional<Trace> trace = ingest.awaitTrace(id, PATIENCE, Trace::isFinal);
    var missing = new ArrayList<String>();
    if (!phone.hasShown(sentAs(id))) {
      missing.add("the phone has not shown it");
    }
    if (trace.isEmpty()) {
      missing.add("there is no trace of it");
      return missing;
    }
    progress.step("its trace:");
    new TracePrinter(trace.get()).print(out);
    trace.get().missing(STEPS).forEach(step -> missing.add("the trace lacks: " + step));
    if (!trace.get().isDelivered()) {
      missing.add("its outcome is: " + trace.get().outcome());
    }
    return missing;
  }

  /** Returns an id in the case of the log: Apple writes them in upper case and accepts both. */
  private static String sentAs(String id) {
    return id.toLowerCase(Locale.ROOT);
  }

  private PushRequest notification() {
    var payload =
        new AlertPayload(
            Optional.of("Tidings"),
            Optional.of("This notification went through Kafka twice to be here."),
            Optional.of(1),
            Optional.of("default"));
    return new PushRequest(
        token,
        Map.of("apns-topic", DemoPhone.APP, "apns-push-type", "alert", "apns-priority", "10"),
        payload.toJson());
  }
}
