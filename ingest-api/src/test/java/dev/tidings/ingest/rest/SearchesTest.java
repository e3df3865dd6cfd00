package dev.tidings.ingest.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.rest.Searches.Places;
import dev.tidings.ingest.trace.Search;
import dev.tidings.ingest.trace.Unprocessed;
import dev.tidings.schemas.value.NotificationId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Shows G69 of docs/guarantees.md. */
class SearchesTest {
  private static final long GREEDY = 1;
  private static final long MODEST = 2;
  private static final NotificationId ID = NotificationId.random();

  private final List<String> events = new ArrayList<>();
  private final List<Integer> readings = new ArrayList<>();
  private final Deque<Runnable> threads = new ArrayDeque<>();
  private boolean broken;

  private List<Unprocessed> read(List<Search> searches) {
    readings.add(searches.size());
    if (broken) {
      throw new IllegalStateException("for the test");
    }
    return Collections.nCopies(searches.size(), new Unprocessed.NotNow(""));
  }

  private final class Named implements Searches.Request {
    private final String name;

    private Named(String name) {
      this.name = name;
    }

    @Override
    public Search search() {
      return new Search(ID, 0, true, _ -> true);
    }

    @Override
    public void found(Unprocessed result) {
      events.add(name);
      if (name.equals("failing")) {
        throw new IllegalStateException("for the test");
      }
    }

    @Override
    public void failed(RuntimeException failure) {
      events.add(name + " failed");
    }

    @Override
    public void stopped() {
      events.add(name + " stopped");
    }

    @Override
    public void refused() {
      events.add(name + " refused");
    }
  }

  private Searches searches(int running, int perCaller, int waiting, int together) {
    return new Searches(new Places(running, perCaller, waiting, together), threads::add);
  }

  private void add(Searches searches, long caller, String... names) {
    for (String name : names) {
      searches.add(caller, this::read, new Named(name));
    }
  }

  private void runAll() {
    while (!threads.isEmpty()) {
      threads.remove().run();
    }
  }

  @Test
  void those_that_wait_while_the_log_is_read_share_the_next_reading() {
    Searches searches = searches(1, 100, 100, 64);
    add(searches, GREEDY, "0", "1", "2", "3");
    assertThat(searches.waiting()).isEqualTo(3);

    runAll();

    // What came after a reading had begun may not have been there when it began.
    assertThat(readings).containsExactly(1, 3);
    assertThat(events).containsExactly("0", "1", "2", "3");
    assertThat(searches.waiting()).isZero();
  }

  @Test
  void callers_take_turns_in_what_a_reading_has_room_for() {
    Searches searches = searches(1, 100, 100, 3);
    add(searches, GREEDY, "0", "1", "2", "3", "4");
    add(searches, MODEST, "modest");

    runAll();

    assertThat(readings).containsExactly(1, 3, 2);
    assertThat(events).containsExactly("0", "1", "modest", "2", "3", "4");
  }

  @Test
  void one_caller_has_so_many_places_and_makes_room_for_another() {
    Searches searches = searches(1, 3, 4, 64);
    add(searches, GREEDY, "0", "1", "2", "3", "4");
    assertThat(events).containsExactly("4 refused");

    add(searches, MODEST, "a", "b", "c");

    assertThat(events).containsExactly("4 refused", "3 refused", "c refused");
    assertThat(searches.refused()).isEqualTo(3);
    runAll();
    assertThat(events.subList(3, events.size())).containsExactly("0", "1", "a", "2", "b");
  }

  @Test
  void one_that_fails_fails_alone_and_a_reading_that_fails_is_told_to_all() {
    Searches searches = searches(2, 100, 100, 64);
    add(searches, GREEDY, "failing");
    add(searches, MODEST, "other");
    runAll();
    assertThat(events).containsExactly("failing", "failing failed", "other");

    broken = true;
    events.clear();
    add(searches, GREEDY, "0", "1", "2", "3");
    runAll();
    assertThat(events).containsExactlyInAnyOrder("0 failed", "1 failed", "2 failed", "3 failed");
    // And its place is given back.
    broken = false;
    add(searches, GREEDY, "after");
    runAll();
    assertThat(events).endsWith("after");
  }

  @Test
  void what_no_thread_takes_is_told_that_the_service_stops() {
    Searches searches =
        new Searches(
            new Places(1, 10, 10, 10),
            task -> {
              throw new RejectedExecutionException("stopped");
            });
    add(searches, GREEDY, "first", "second");

    assertThat(events).containsExactly("first stopped", "second stopped");
  }
}
