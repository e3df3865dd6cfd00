package dev.tidings.infra.cli.stack;

import dev.tidings.infra.demo.DemoPhone;
import dev.tidings.infra.demo.EndpointList;

/** What a newcomer can try with a running stack in which nobody has to prove who they are. */
final class NextSteps {
  private NextSteps() {}

  /** Returns it for a stack without a device. */
  static String afterUp(EndpointList endpoints) {
    return """

    Things to try, in another terminal:
      ./tidings device --serial my-phone --app %1$s --url mqtt://%2$s
      ./tidings send TOKEN --app %1$s --url %3$s --title Hello --body 'It works.'
      ./tidings trace ID --url %3$s
    The device prints its TOKEN and shows what it is sent; send prints the ID. Or open the console above: it has phones too.\
    """
        .formatted(DemoPhone.APP, endpoints.mqtt(), endpoints.http());
  }

  /** Returns it for the demo, whose phone has a token. */
  static String afterDemo(String token, EndpointList endpoints) {
    return """

    The phone stays connected. Things to try, in another terminal:
      ./tidings send %1$s --url %2$s --title Hello --body 'It works.'
      curl --http2-prior-knowledge -i -H 'apns-topic: %3$s' -d '{"aps":{"alert":"Hello"}}' %2$s/3/device/%1$s
      ./tidings device --serial my-phone --app %3$s --url mqtt://%4$s
      mosquitto_sub -h %5$s -p %6$d -V 5 -i my-other-phone -q 1 -t 'tidings/#' -v
      ./tidings trace ID --url %2$s\
    """
        .formatted(
            token,
            endpoints.http(),
            DemoPhone.APP,
            endpoints.mqtt(),
            endpoints.mqtt().host(),
            endpoints.mqtt().port());
  }
}
