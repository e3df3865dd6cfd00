package dev.tidings.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The steps of a notification so far.
 *
 * @param id the notification's id
 * @param outcome in lower case: its state ({@code accepted}, {@code resolved}, {@code pending}), or
 *     how it has ended ({@code delivered}, …)
 * @param recipient the app and, if known, the device
 * @param steps in the order they happened
 * @param category what kind of notification it is, if it was sent with a category
 * @param others the traces of notifications with the same id to other tokens
 */
public record Trace(
    String id,
    String outcome,
    String recipient,
    List<Step> steps,
    Optional<String> category,
    List<Trace> others) {

  /**
   * One step of a notification.
   *
   * @param name in lower case: {@code accepted}, {@code resolved}, {@code pushed}, …
   * @param at when
   * @param where in which process
   * @param why the reason, if there is one
   */
  public record Step(String name, Instant at, String where, Optional<String> why) {}

  private static final Set<String> FINAL =
      Set.of(
          "delivered",
          "expired",
          "unregistered",
          "rejected",
          "collapsed",
          "evicted",
          "repeated",
          "withdrawn");

  public Trace {
    steps = List.copyOf(steps);
    others = List.copyOf(others);
  }

  /** Creates the trace of an id that was used for one token only. */
  public Trace(String id, String outcome, List<Step> steps) {
    this(id, outcome, "", steps, Optional.empty(), List.of());
  }

  static Trace read(JsonNode json) {
    var steps = new ArrayList<Step>();
    for (JsonNode step : json.path("steps")) {
      steps.add(
          new Step(
              word(step.path("step")),
              Instant.ofEpochMilli(step.path("atMillis").asLong()),
              step.path("where").asText(),
              Optional.ofNullable(step.path("why").textValue())));
    }
    var others = new ArrayList<Trace>();
    json.path("others").forEach(other -> others.add(read(other)));
    String device = json.path("device").asText("");
    String recipient = json.path("app").asText("") + (device.isEmpty() ? "" : " on " + device);
    return new Trace(
        json.path("id").asText(),
        word(json.path("outcome")),
        recipient,
        steps,
        Optional.ofNullable(json.path("category").textValue()),
        others);
  }

  /** Whether the device has confirmed the notification. */
  public boolean isDelivered() {
    return outcome.equals("delivered");
  }

  /** Whether no more steps will follow. */
  public boolean isFinal() {
    return FINAL.contains(outcome) && others.stream().allMatch(Trace::isFinal);
  }

  /** Returns those of the steps named that it does not contain. */
  public List<String> missing(List<String> names) {
    List<String> present = steps.stream().map(Step::name).toList();
    return names.stream().filter(name -> !present.contains(name)).toList();
  }

  private static String word(JsonNode json) {
    return json.asText().toLowerCase(Locale.ROOT);
  }
}
