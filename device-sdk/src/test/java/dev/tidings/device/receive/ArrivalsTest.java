package dev.tidings.device.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Shows G143 of docs/guarantees.md, among what a listener is called for. */
final class ArrivalsTest {
  private final List<String> events = new ArrayList<>();
  private final List<Runnable> tasks = new ArrayList<>();

  @Test
  void a_notification_is_confirmed_after_the_listener_has_returned() {
    Arrivals arrivals = arrivals(10, this::show);

    arrive(arrivals, "a");
    arrive(arrivals, "b");
    run();

    assertThat(events).containsExactly("shown a", "confirmed a", "shown b", "confirmed b");
  }

  @Test
  void a_repetition_is_confirmed_again_but_not_shown() {
    Arrivals arrivals = arrivals(10, this::show);

    arrive(arrivals, "a");
    arrive(arrivals, "a");
    run();

    assertThat(events).containsExactly("shown a", "confirmed a", "confirmed a");
  }

  @Test
  void the_same_id_for_another_app_is_shown() {
    Arrivals arrivals = arrivals(10, this::show);

    arrive(arrivals, "a");
    arrivals.arrived(
        new ReceivedNotification("a", "com.example.mail", new byte[0], Map.of()),
        () -> events.add("confirmed a"));
    run();

    assertThat(events).containsExactly("shown a", "confirmed a", "shown a", "confirmed a");
  }

  @Test
  void a_repetition_from_beyond_the_memory_is_shown_again() {
    Arrivals arrivals = arrivals(1, this::show);

    arrive(arrivals, "a");
    arrive(arrivals, "b");
    arrive(arrivals, "a");
    run();

    assertThat(events).filteredOn("shown a"::equals).hasSize(2);
  }

  @Test
  void a_listener_that_throws_is_called_again_before_anything_is_confirmed() {
    List<String> failures = new ArrayList<>(List.of("first", "second"));
    Arrivals arrivals =
        arrivals(
            10,
            notification -> {
              show(notification);
              if (!failures.isEmpty()) {
                throw new IllegalStateException(failures.removeFirst());
              }
            });

    arrive(arrivals, "a");
    arrive(arrivals, "b");
    run();

    assertThat(events)
        .containsExactly("shown a", "shown a", "shown a", "confirmed a", "shown b", "confirmed b");
  }

  /** One left unsettled would keep the client from confirming anything that comes behind it. */
  @Test
  void a_listener_that_is_interrupted_is_called_again_too() {
    List<String> interrupts = new ArrayList<>(List.of("thrown", "left behind"));
    Arrivals arrivals =
        arrivals(
            10,
            notification -> {
              show(notification);
              if (!interrupts.isEmpty()) {
                if (interrupts.removeFirst().equals("left behind")) {
                  Thread.currentThread().interrupt();
                }
                throw new InterruptedException();
              }
            });

    arrive(arrivals, "a");
    arrive(arrivals, "b");
    run();

    assertThat(events)
        .containsExactly("shown a", "shown a", "shown a", "confirmed a", "shown b", "confirmed b");
  }

  @Test
  void a_listener_that_always_throws_is_told_what_was_given_up_and_gets_the_next() {
    Arrivals arrivals = arrivals(10, new Failing(new NoClassDefFoundError("no such class")));

    arrive(arrivals, "a");
    arrive(arrivals, "b");
    run();

    assertThat(events).filteredOn("shown a"::equals).hasSize(NotificationListener.TRIES);
    assertThat(events)
        .endsWith("given up a no such class", "confirmed a", "shown b", "confirmed b");
    arrive(arrivals, "a");
    run();
    assertThat(events).endsWith("confirmed b", "confirmed a");
  }

  @Test
  void tries_count_over_all_connections() {
    List<Arrivals> self = new ArrayList<>();
    Arrivals arrivals =
        arrivals(
            10,
            notification -> {
              show(notification);
              self.getFirst().connectionLost();
              throw new IllegalStateException();
            });
    self.add(arrivals);

    for (int i = 0; i < 3 * NotificationListener.TRIES; i++) {
      arrive(arrivals, "a");
      run();
    }

    assertThat(events).filteredOn("shown a"::equals).hasSize(NotificationListener.TRIES);
  }

  /** Throws at "a", always, and even when it is told. */
  private final class Failing implements NotificationListener {
    private final Error failure;

    Failing(Error failure) {
      this.failure = failure;
    }

    @Override
    public void onNotification(ReceivedNotification notification) {
      show(notification);
      if (notification.id().equals("a")) {
        throw failure;
      }
    }

    @Override
    public void onGivenUp(ReceivedNotification notification, Throwable last) {
      events.add("given up " + notification.id() + " " + last.getMessage());
      throw failure;
    }
  }

  @Test
  void what_was_not_shown_when_the_connection_went_is_left_to_the_next() {
    Arrivals arrivals = arrivals(10, this::show);
    arrive(arrivals, "a");
    arrive(arrivals, "b");

    arrivals.connectionLost();
    arrive(arrivals, "a");
    run();

    assertThat(events).containsExactly("confirmed a", "confirmed b", "shown a", "confirmed a");
  }

  @Test
  void what_was_being_shown_when_the_connection_went_is_only_confirmed_over_the_next() {
    List<Arrivals> self = new ArrayList<>();
    Arrivals arrivals =
        arrivals(
            10,
            notification -> {
              show(notification);
              self.getFirst().connectionLost();
            });
    self.add(arrivals);

    arrive(arrivals, "a");
    arrive(arrivals, "a");
    run();

    // Confirmed twice by the loss of the connection, which only gives the places free.
    assertThat(events).containsExactly("shown a", "confirmed a", "confirmed a");
    events.clear();
    arrive(arrivals, "a");
    run();
    assertThat(events).containsExactly("confirmed a");
  }

  @Test
  void nothing_is_shown_after_it_was_closed() {
    Arrivals arrivals = arrivals(10, this::show);
    arrive(arrivals, "a");

    arrivals.close();
    run();

    assertThat(events).isEmpty();
  }

  @Test
  void who_closes_it_waits_until_what_the_listener_has_is_confirmed() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch returns = new CountDownLatch(1);
    Arrivals arrivals =
        arrivals(
            10,
            notification -> {
              show(notification);
              told.countDown();
              returns.await();
            });
    arrive(arrivals, "a");
    arrive(arrivals, "b");
    Thread listening = Thread.ofVirtual().start(this::run);
    told.await();

    Thread closing =
        Thread.ofPlatform()
            .start(() -> {
              arrivals.close();
              arrivals.awaitConfirmed(Duration.ofMinutes(5));
              events.add("closed");
            });
    await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
    returns.countDown();
    closing.join();
    listening.join();

    assertThat(events).containsExactly("shown a", "confirmed a", "closed");
  }

  @Test
  void a_listener_that_closes_it_does_not_wait_for_itself() {
    List<Arrivals> own = new ArrayList<>();
    own.add(
        arrivals(
            10,
            notification -> {
              show(notification);
              own.getFirst().close();
              own.getFirst().awaitConfirmed(Duration.ofDays(1));
            }));
    arrive(own.getFirst(), "a");
    run();

    assertThat(events).containsExactly("shown a", "confirmed a");
  }

  @Test
  void what_is_taken_back_is_told_behind_it_once_and_confirmed() {
    Arrivals arrivals =
        arrivals(
            10,
            new NotificationListener() {
              @Override
              public void onNotification(ReceivedNotification notification) {
                show(notification);
              }

              @Override
              public void onWithdrawn(Withdrawal withdrawal) {
                events.add("withdrawn " + withdrawal.id() + " of " + withdrawal.app());
              }
            });

    arrive(arrivals, "a");
    arrive(arrivals, "withdraw-a");
    arrive(arrivals, "withdraw-a");
    run();

    assertThat(events)
        .containsExactly(
            "shown a",
            "confirmed a",
            "withdrawn a of com.example",
            "confirmed withdraw-a",
            "confirmed withdraw-a");
  }

  @Test
  void a_listener_that_knows_no_withdrawals_is_not_shown_them() {
    Arrivals arrivals = arrivals(10, this::show);

    arrive(arrivals, "withdraw-a");
    run();

    assertThat(events).containsExactly("confirmed withdraw-a");
  }

  @Test
  void a_local_notification_is_shown_in_its_turn_and_outlives_the_connection() {
    Arrivals arrivals = arrivals(10, this::show);

    arrive(arrivals, "a");
    arrivals.arrived(ReceivedNotification.local("local", "com.example", new byte[0]));
    arrivals.connectionLost();
    run();

    assertThat(events).containsExactly("confirmed a", "shown local");
  }

  @Test
  void a_local_notification_may_have_the_id_of_one_that_was_shown() {
    Arrivals arrivals = arrivals(10, this::show);

    arrive(arrivals, "a");
    arrivals.arrived(ReceivedNotification.local("a", "com.example", new byte[0]));
    arrivals.arrived(ReceivedNotification.local("a", "com.example", new byte[0]));
    run();

    assertThat(events).containsExactly("shown a", "confirmed a", "shown a", "shown a");
  }

  private Arrivals arrivals(int remembered, NotificationListener listener) {
    return new Arrivals(listener, tasks::add, failures -> Duration.ZERO, remembered, IdStore.NONE);
  }

  private void show(ReceivedNotification notification) {
    events.add("shown " + notification.id());
  }

  private void arrive(Arrivals arrivals, String id) {
    arrivals.arrived(
        new ReceivedNotification(id, "com.example", new byte[0], Map.of()),
        () -> events.add("confirmed " + id));
  }

  private void run() {
    while (!tasks.isEmpty()) {
      tasks.removeFirst().run();
    }
  }
}
