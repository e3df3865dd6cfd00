package dev.tidings.http.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Memory that those who send have together. */
class SharedMemoryTest {
  private static final int ALL = 1 << 20;
  private static final int SOME = 1_000;

  private final BodyMemory all = new BodyMemory(ALL);
  private final SharedMemory memory = new SharedMemory(all);

  private static long fill(SharedMemory.Part part) {
    while (part.take(SOME)) {
      // Takes what it gets.
    }
    return part.taken();
  }

  @Test
  void one_alone_gets_half_and_the_next_one_finds_some() {
    long first = fill(memory.open("first"));
    assertThat(first).isBetween(ALL / 2L - 2 * SOME, ALL / 2L);

    assertThat(fill(memory.open("second"))).isBetween(ALL / 4L - 2 * SOME, ALL / 4L);
    assertThat(memory.open("third").take(SOME)).isTrue();
  }

  @Test
  void with_many_requests_nobody_gets_more() {
    List<SharedMemory.Part> parts = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      SharedMemory.Part part = memory.open("first");
      part.take(SOME);
      parts.add(part);
    }
    assertThat(all.taken()).isLessThanOrEqualTo(ALL / 2L);
    assertThat(memory.open("second").take(100 * SOME)).isTrue();
  }

  @Test
  void of_many_requests_of_one_each_gets_some() {
    List<SharedMemory.Part> parts = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      SharedMemory.Part part = memory.open("first");
      assertThat(part.take(SOME)).as("request %s", i).isTrue();
      while (part.takeMore(SOME)) {
        // Takes what it gets.
      }
      parts.add(part);
    }
    assertThat(parts.getFirst().taken()).isBetween(ALL / 20L, ALL / 16L);
  }

  @Test
  void what_is_given_back_is_there_again_and_nothing_is_left_of_those_who_have_gone() {
    SharedMemory.Part part = memory.open("first");
    long before = fill(part);
    part.give(10 * SOME);
    assertThat(part.take(9 * SOME)).isTrue();
    SharedMemory.Part other = memory.open("first");
    part.close();
    part.close();
    part.give(SOME);
    assertThat(part.take(SOME)).isFalse();
    assertThat(all.taken()).isZero();

    assertThat(fill(other)).isEqualTo(before);
    other.close();
    assertThat(all.taken()).isZero();
    assertThat(memory.owners()).isZero();
  }
}
