package dev.tidings.node.mqtt.dispatch;

import dev.tidings.node.session.SessionKeeper;
import dev.tidings.node.session.Subscriptions;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The SUBSCRIBE and UNSUBSCRIBE packets of a device that are not answered yet. A response is sent
 * once the change is saved and the inbox has it: newly subscribed notifications follow a SUBACK,
 * and none follows an UNSUBACK. One change is saved at a time: those requested meanwhile are saved
 * together, with a single write, so a device that asks faster than the log writes costs no more.
 * Event loop only.
 */
final class SubscriptionChanges {
  // Real clients have fewer filters pending: they wait for a response, or send one for each app.
  private static final int MAX_UNANSWERED = 1_000;

  private final OpenConnection connection;
  private final BiConsumer<Subscriptions, Runnable> session;
  private final SessionKeeper.Kept kept;
  private final Runnable answered;

  /** Responses that wait until the previous one has been sent. */
  private List<Answer> waiting = List.of();

  /** What was asked for last. */
  private Subscriptions asked = Subscriptions.NONE;

  /** Whether a change is being written to the log and the inbox. */
  private boolean changing;

  /** The number of filters in packets that have no response yet. */
  private int unanswered;

  /** A response, and the number of filters it answers. */
  private record Answer(MqttMessage packet, int filters) {}

  /**
   * @param session is told what is subscribed to, and what to do once that is in effect
   * @param answered called when responses have been written
   */
  SubscriptionChanges(
      OpenConnection connection,
      BiConsumer<Subscriptions, Runnable> session,
      SessionKeeper.Kept kept,
      Runnable answered) {
    this.connection = connection;
    this.session = session;
    this.kept = kept;
    this.answered = answered;
  }

  /** Returns whether so many more filters may be pending. */
  boolean fit(int filters) {
    return unanswered == 0 || unanswered + filters <= MAX_UNANSWERED;
  }

  /** Returns whether all are answered. */
  boolean areOver() {
    return !changing;
  }

  /**
   * Saves a change, and sends its response.
   *
   * @param subscriptions as they are with it
   */
  void add(MqttMessage response, int filters, Subscriptions subscriptions) {
    unanswered += filters;
    asked = subscriptions;
    Answer answer = new Answer(response, filters);
    if (changing) {
      if (waiting.isEmpty()) {
        waiting = new ArrayList<>();
      }
      waiting.add(answer);
    } else {
      change(List.of(answer));
    }
  }

  /** The connection has ended: saves the changes although no response can be received any more. */
  void ended() {
    if (!waiting.isEmpty()) {
      kept.save(asked);
    }
  }

  private void change(List<Answer> answers) {
    changing = true;
    Subscriptions now = asked;
    // A subscription is not acknowledged before it is saved: a stored session must not lose it.
    kept.save(now)
        .whenComplete((saved, failure) -> {
          if (failure == null) {
            onLoop(() -> session.accept(now, () -> onLoop(() -> changed(answers))));
          } else {
            onLoop(() -> connection.disconnect(Disconnect.SERVER_BUSY));
          }
        });
  }

  private void changed(List<Answer> answers) {
    for (Answer answer : answers) {
      unanswered -= answer.filters();
      connection.write(answer.packet());
    }
    changing = false;
    List<Answer> next = waiting;
    if (!next.isEmpty()) {
      waiting = List.of();
      change(next);
    }
    answered.run();
  }

  private void onLoop(Runnable task) {
    if (connection.executor().inEventLoop()) {
      task.run();
    } else {
      connection.executor().execute(task);
    }
  }
}
