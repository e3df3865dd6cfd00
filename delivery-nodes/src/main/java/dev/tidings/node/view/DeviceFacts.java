package dev.tidings.node.view;

import dev.tidings.node.look.DeviceLook;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.question.DeviceQuestion;
import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.value.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a device, as far as somebody may see it.
 *
 * @param registrations by their apps
 * @param kept the session that is kept for it; null if there is none
 */
record DeviceFacts(
    DeviceQuestion question,
    DeviceLook look,
    Map<String, Registered> registrations,
    @Nullable Subscription kept) {
  private static final String SESSION = "";
  private static final String FILTER_PREFIX = "tidings/";

  /**
   * A registration.
   *
   * @param since milliseconds since the epoch
   * @param locale null if it has none, or its record does not tell
   * @param timeZone the same
   * @param topics that the device has joined, and the user and tags that it was given
   */
  record Registered(
      Token token,
      long since,
      @Nullable String locale,
      @Nullable String timeZone,
      List<String> topics) {}

  /** Finds the token of a device by its record of an app. */
  @FunctionalInterface
  interface Tokens {
    Optional<Token> by(String app, Generation record);
  }

  /** Puts together what was found of all apps. */
  static DeviceFacts of(
      DeviceQuestion question,
      DeviceLook look,
      Map<String, Generation> generations,
      Map<String, Subscription> subscriptions,
      Tokens tokens) {
    Map<String, Registered> registrations = new TreeMap<>();
    generations.forEach((app, record) -> {
      if (allows(question).test(app)) {
        tokens
            .by(app, record)
            .ifPresent(token ->
                registrations.put(
                    app,
                    new Registered(
                        token,
                        record.getSince(),
                        record.getLocale(),
                        record.getTimeZone(),
                        topics(app, subscriptions))));
      }
    });
    return new DeviceFacts(question, look, registrations, subscriptions.get(SESSION));
  }

  /** Returns whether facts of an app may be seen. */
  static Predicate<String> allows(DeviceQuestion question) {
    return app -> question.apps() == null || question.apps().contains(app);
  }

  private static List<String> topics(String app, Map<String, Subscription> subscriptions) {
    List<String> topics = new ArrayList<>();
    String prefix = app + "/";
    for (String name : subscriptions.keySet()) {
      if (TopicMembership.isName(name) && name.startsWith(prefix)) {
        topics.add(name.substring(prefix.length()));
      }
    }
    return topics;
  }

  /**
   * Whether there is anything: of a device of other apps as little is told as of none. That there
   * may be more further on is no fact of an app: it is so wherever others have much.
   */
  boolean isAnything() {
    boolean ofApps = !registrations.isEmpty() || !look.owed().isEmpty();
    return ofApps
        || (question.apps() == null
            && (look.next() != null || look.connection() != null || kept != null));
  }

  /** Returns those of some filters that may be seen. */
  List<String> visible(Iterable<String> filters) {
    List<String> visible = new ArrayList<>();
    for (String filter : filters) {
      int end = filter.lastIndexOf('/');
      if (Subscriptions.isForAllApps(filter)
          || (end > FILTER_PREFIX.length()
              && allows(question).test(filter.substring(FILTER_PREFIX.length(), end)))) {
        visible.add(filter);
      }
    }
    return visible;
  }
}
