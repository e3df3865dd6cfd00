package dev.tidings.infra.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.demo.EndpointList;
import dev.tidings.infra.process.HostPort;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What newcomers are told to try. */
class NextStepsTest {
  private static final EndpointList ENDPOINTS =
      new EndpointList(
          URI.create("http://127.0.0.1:18080"), new HostPort("127.0.0.1", 11883), Map.of());

  @Test
  void up_tells_how_to_be_a_device_to_send_to_it_and_to_follow_what_was_sent() {
    assertThat(NextSteps.afterUp(ENDPOINTS).lines().map(String::strip))
        .contains(
            "./tidings device --serial my-phone --app com.example.news --url"
                + " mqtt://127.0.0.1:11883",
            "./tidings send TOKEN --app com.example.news --url http://127.0.0.1:18080"
                + " --title Hello --body 'It works.'",
            "./tidings trace ID --url http://127.0.0.1:18080");
  }

  @Test
  void the_demo_tells_how_to_send_to_its_phone() {
    assertThat(NextSteps.afterDemo("ab", ENDPOINTS))
        .contains(
            "./tidings send ab --url http://127.0.0.1:18080",
            "./tidings device --serial my-phone --app com.example.news --url"
                + " mqtt://127.0.0.1:11883",
            "mosquitto_sub -h 127.0.0.1 -p 11883");
  }
}
