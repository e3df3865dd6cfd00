package dev.tidings.node.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.register.RefusedException;
import dev.tidings.schemas.question.DeviceAnswer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class QuestionPlacesTest {
  private static final DeviceAnswer FOUND = new DeviceAnswer.Found("{}", null);

  private final QuestionPlaces places = new QuestionPlaces(1, "questions", "a partition");

  @Test
  void a_question_without_a_place_is_answered_not_now_and_not_looked_into() {
    places.answer("first", CompletableFuture::new);

    assertThat(places.answer("second", QuestionPlacesTest::mustNotBeAsked).join())
        .isEqualTo(new DeviceAnswer.NotNow("1 questions are being answered"));
  }

  @Test
  void a_place_is_free_again_after_an_answer_and_after_a_failure() {
    Supplier<CompletableFuture<DeviceAnswer>> broken =
        () -> {
          throw new IllegalStateException("broken");
        };

    assertThat(places.answer("first", () -> CompletableFuture.completedFuture(FOUND)).join())
        .isEqualTo(FOUND);
    assertThat(places.answer("second", broken).join())
        .isEqualTo(new DeviceAnswer.NotNow("a partition cannot be read at the moment"));
    assertThat(places.answer("third", () -> CompletableFuture.completedFuture(FOUND)).join())
        .isEqualTo(FOUND);
  }

  @Test
  void whoever_asks_does_not_wait_for_ever_but_the_place_is_taken_until_the_search_has_ended() {
    CompletableFuture<DeviceAnswer> search = new CompletableFuture<>();

    assertThat(places.answer("first", () -> search).join())
        .isEqualTo(new DeviceAnswer.NotNow("a partition cannot be read at the moment"));
    assertThat(places.answer("second", QuestionPlacesTest::mustNotBeAsked).join())
        .isEqualTo(new DeviceAnswer.NotNow("1 questions are being answered"));
    search.complete(FOUND);
    assertThat(places.answer("third", () -> CompletableFuture.completedFuture(FOUND)).join())
        .isEqualTo(FOUND);
  }

  @Test
  void what_is_refused_is_answered_with_the_reason() {
    RefusedException refused =
        new RefusedException(RefusedException.Reason.BUSY, "try again: too much to do");

    assertThat(
            places
                .answer(
                    "first", () -> CompletableFuture.failedFuture(refused).thenApply(_ -> FOUND))
                .join())
        .isEqualTo(new DeviceAnswer.NotNow("try again: too much to do"));
  }

  private static CompletableFuture<DeviceAnswer> mustNotBeAsked() {
    throw new AssertionError("looked into");
  }
}
