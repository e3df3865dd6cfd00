package dev.tidings.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NotificationRequestTest {
  @Test
  void a_category_is_a_member_of_the_request_and_not_there_without_one() {
    NotificationRequest request =
        new NotificationRequest(
            "ab",
            "com.example",
            "{}",
            Optional.empty(),
            Optional.empty(),
            Optional.of(5L),
            Optional.of("marketing"));
    assertThat(request.toJson())
        .isEqualTo(
            "{\"target\":{\"token\":\"ab\"},\"app\":\"com.example\",\"ttl\":5,"
                + "\"category\":\"marketing\",\"payload\":{}}");
    NotificationRequest without =
        new NotificationRequest(
            "ab", "com.example", "{}", Optional.empty(), Optional.empty(), Optional.empty());
    assertThat(without.toJson()).doesNotContain("category");
  }

  @Test
  void an_id_of_its_own_makes_it_safe_to_send_it_again() {
    String id = "0194d9f6-174a-7d12-b4dc-6643fe633ec6";
    NotificationRequest request =
        new NotificationRequest(
            "ab",
            "com.example",
            "{}",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(id));
    assertThat(request.toJson())
        .isEqualTo(
            "{\"id\":\""
                + id
                + "\",\"target\":{\"token\":\"ab\"},\"app\":\"com.example\",\"payload\":{}}");
  }

  @Test
  void a_trace_has_the_category_that_the_notification_was_sent_with() throws Exception {
    ObjectMapper json = new ObjectMapper();
    assertThat(Trace.read(json.readTree("{\"id\":\"a\",\"category\":\"marketing\"}")).category())
        .contains("marketing");
    assertThat(Trace.read(json.readTree("{\"id\":\"a\"}")).category()).isEmpty();
  }
}
