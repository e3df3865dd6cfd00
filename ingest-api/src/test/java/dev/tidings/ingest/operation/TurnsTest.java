package dev.tidings.ingest.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.operation.Turns.Places;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Shows G69 of docs/guarantees.md. */
class TurnsTest {
  private static final long GREEDY = 1;
  private static final long MODEST = 2;
  private static final long THIRD = 3;

  private final List<String> ran = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private final Map<String, Runnable> running = new HashMap<>();

  private final class Named implements Turns.Task {
    private final String name;

    private Named(String name) {
      this.name = name;
    }

    @Override
    public void run(Runnable done) {
      ran.add(name);
      running.put(name, done);
    }

    @Override
    public void refused() {
      refused.add(name);
    }
  }

  private Turns turns(int running, int perCaller, int waiting) {
    return new Turns(new Places(running, perCaller, waiting), Runnable::run);
  }

  private void end(String name) {
    running.remove(name).run();
  }

  @Test
  void callers_take_turns_however_many_one_of_them_has_waiting() {
    Turns turns = turns(1, 10, 10);
    for (int i = 0; i < 4; i++) {
      turns.add(GREEDY, new Named("greedy " + i));
    }
    turns.add(MODEST, new Named("modest"));

    end("greedy 0");
    end("greedy 1");
    end("modest");

    assertThat(ran).containsExactly("greedy 0", "greedy 1", "modest", "greedy 2");
    assertThat(refused).isEmpty();
  }

  @Test
  void one_caller_has_so_many_places_and_no_more() {
    Turns turns = turns(2, 3, 10);
    for (int i = 0; i < 5; i++) {
      turns.add(GREEDY, new Named("greedy " + i));
    }
    turns.add(MODEST, new Named("modest"));

    assertThat(ran).containsExactly("greedy 0", "greedy 1");
    assertThat(refused).containsExactly("greedy 3", "greedy 4");
    assertThat(turns.refused()).isEqualTo(2);
    assertThat(turns.waiting()).isEqualTo(2);

    end("greedy 0");
    turns.add(GREEDY, new Named("greedy again"));
    assertThat(refused).doesNotContain("greedy again");
  }

  @Test
  void whoever_has_most_waiting_makes_room_for_one_who_has_fewer() {
    Turns turns = turns(1, 10, 3);
    for (int i = 0; i < 4; i++) {
      turns.add(GREEDY, new Named("greedy " + i));
    }
    turns.add(MODEST, new Named("modest"));
    turns.add(THIRD, new Named("third"));
    turns.add(GREEDY, new Named("greedy 4"));

    assertThat(refused).containsExactly("greedy 3", "greedy 2", "greedy 4");
    end("greedy 0");
    end("greedy 1");
    end("modest");
    assertThat(ran).containsExactly("greedy 0", "greedy 1", "modest", "third");
  }

  @Test
  void a_task_that_fails_or_is_done_twice_gives_its_place_back_once() {
    Turns turns = turns(1, 10, 10);
    Named last = new Named("last");
    try {
      turns.add(
          GREEDY,
          new Turns.Task() {
            @Override
            public void run(Runnable done) {
              done.run();
              throw new IllegalStateException("fails");
            }

            @Override
            public void refused() {
              refused.add("failing");
            }
          });
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("fails");
    }
    turns.add(GREEDY, last);
    turns.add(MODEST, new Named("waits"));

    assertThat(ran).containsExactly("last");
  }

  @Test
  void what_no_thread_takes_is_refused() {
    Turns turns =
        new Turns(
            new Places(1, 10, 10),
            task -> {
              throw new RejectedExecutionException("stopped");
            });
    turns.add(GREEDY, new Named("first"));
    turns.add(GREEDY, new Named("second"));

    assertThat(refused).containsExactly("first", "second");
  }

  /** As where a process may have no more threads, until others have ended. */
  @Test
  void a_thread_that_cannot_be_started_costs_its_task_and_no_place() {
    int[] failures = {2};
    Turns turns =
        new Turns(
            new Places(1, 10, 10),
            task -> {
              if (failures[0]-- > 0) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              task.run();
            });
    turns.add(GREEDY, new Named("first"));
    turns.add(MODEST, new Named("second"));
    turns.add(GREEDY, new Named("third"));

    assertThat(refused).containsExactly("first", "second");
    assertThat(ran).containsExactly("third");
  }
}
