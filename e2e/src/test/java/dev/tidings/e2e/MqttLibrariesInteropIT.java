package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.HostPort;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Libraries that route messages by subscription lose none: not those that waited while the client
 * was stopped, not those that waited while its line was cut, and not where it subscribes only once
 * and has its session kept.
 *
 * <p>Shows G19, G20, G107 and G108 of docs/guarantees.md.
 */
class MqttLibrariesInteropIT {
  private static final int COUNT = 50;

  @TempDir private static Path data;
  private static Pipeline pipeline;
  private static Provider provider;
  private static HostPort mqtt;
  private static int runs;

  private final List<String> received = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    pipeline = Pipeline.start(PipelineOptions.in(data));
    provider = new Provider(pipeline);
    mqtt = pipeline.endpoint(TidingsService.DELIVERY_NODE, "mqtt");
  }

  @AfterAll
  static void stop() throws Exception {
    if (provider != null) {
      provider.close();
    }
    if (pipeline != null) {
      pipeline.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void what_waited_while_the_client_was_stopped_comes_in_order(MqttLibrary library)
      throws Exception {
    startsFresh(library::start, "fresh-" + library);
  }

  @ParameterizedTest
  @EnumSource
  void what_waited_while_the_line_was_cut_comes_in_order(MqttLibrary library) throws Exception {
    cutAndMend(library::start, "cut-" + library, false);
  }

  @ParameterizedTest
  @EnumSource
  void a_client_that_subscribes_once_and_keeps_its_session_gets_all(MqttLibrary library)
      throws Exception {
    cutAndMend(library::start, "kept-" + library, true);
  }

  @Test
  @Tag("paho-python")
  void paho_for_python_loses_none(@TempDir Path directory) throws Exception {
    MqttProgram.Ready program = MqttProgram.PAHO_PYTHON.in(directory);
    losesNone(program, "python");
    hasItsHistoryAgain(program, "python");
  }

  @Test
  @Tag("paho-c")
  void paho_c_loses_none(@TempDir Path directory) throws Exception {
    losesNone(MqttProgram.PAHO_C.in(directory), "c");
  }

  @Test
  @Tag("npm")
  void mqtt_js_loses_none(@TempDir Path directory) throws Exception {
    MqttProgram.Ready program = MqttProgram.MQTT_JS.in(directory);
    losesNone(program, "js");
    hasItsHistoryAgain(program, "js");
  }

  @Test
  @Tag("npm")
  void the_javascript_client_confirms_after_its_handler_and_loses_none_over_a_restart(
      @TempDir Path directory) throws Exception {
    HostPort webSocket = pipeline.endpoint(TidingsService.DELIVERY_NODE, "ws");
    Path kept = directory.resolve("kept.json");
    List<String> sent = new ArrayList<>();
    try (JavaScriptDevice device = JavaScriptDevice.start(webSocket, "browser", kept)) {
      device.hold();
      sent.addAll(send(device.token()));
      await().atMost(Duration.ofSeconds(60)).until(() -> device.called().size() == 1);

      pipeline.process(TidingsService.DELIVERY_NODE).terminate(Duration.ofSeconds(30));
      sent.addAll(send(device.token()));
      pipeline.restart(TidingsService.DELIVERY_NODE);
      assertThat(device.called()).as("its handler has not ended").hasSize(1);
      assertThat(provider.find(sent.getFirst()).orElseThrow().isDelivered()).isFalse();

      device.say("release");
      device.awaitHandled(sent.size());
      assertThat(device.handled()).containsExactlyElementsOf(sent);
      provider.awaitDelivered(sent.getLast());
      device.say("open " + sent.getFirst());
      provider.awaitStep(sent.getFirst(), "opened");
      device.say("replay 0");
      device.awaitTold("end complete " + sent.size());
      assertThat(device.replayed()).containsExactlyElementsOf(sent);
    }
    // As a page that is left and opened again: it knows what it has confirmed.
    try (JavaScriptDevice device = JavaScriptDevice.start(webSocket, "browser", kept)) {
      List<String> more = send(device.token());
      device.awaitHandled(more.size());
      assertThat(device.handled()).containsExactlyElementsOf(more);
    }
  }

  private void losesNone(MqttLibrary.Start library, String program) throws Exception {
    startsFresh(library, "fresh-" + program);
    received.clear();
    cutAndMend(library, "cut-" + program, false);
    received.clear();
    cutAndMend(library, "kept-" + program, true);
  }

  /** All that it was sent so far, in order, and then the answer. */
  private void hasItsHistoryAgain(MqttProgram.Ready program, String name) throws Exception {
    String serial = "history-" + name;
    received.clear();
    List<String> sent = startsFresh(program, serial);
    received.clear();
    List<String> answers = new CopyOnWriteArrayList<>();
    try (MqttLibrary.Device device = program.replaying(mqtt, serial, line -> hear(line, answers))) {
      assertThat(device).isNotNull();
      await().atMost(Duration.ofSeconds(90)).until(() -> !answers.isEmpty());
    }
    assertThat(received).containsExactlyElementsOf(sent);
    assertThat(answers.getFirst()).contains("\"end\":\"complete\",\"count\":" + COUNT + ",");
  }

  private void hear(String line, List<String> answers) {
    if (line.startsWith("$")) {
      answers.add(line);
    } else {
      arrived(line);
    }
  }

  @Test
  void hivemq5_goes_on_at_a_cursor_and_is_told_what_is_replayed() throws Exception {
    String serial = "history-hivemq";
    List<String> sent = send(register(serial));
    try (HistoryDevice device = HistoryDevice.connect(mqtt, serial)) {
      await().atMost(Duration.ofSeconds(90)).until(() -> device.live().size() == COUNT);
      assertThat(device.ask("{\"since\":\"2020-01-01T00:00:00Z\"}")).contains("\"count\":50,");
      assertThat(device.replayed(COUNT)).isEqualTo(sent);
      String cursor = device.cursors().get(19);
      device.forget();

      assertThat(device.ask("{\"since\":\"" + cursor + "\"}")).contains("\"count\":30,");
      assertThat(device.replayed(COUNT - 20)).isEqualTo(sent.subList(20, COUNT));
      assertThat(device.live()).isEmpty();
      assertThat(device.ask("{\"since\":" + System.currentTimeMillis() + "}"))
          .contains("\"count\":0,");
      assertThat(device.ask("{\"since\":0,\"until\":1}")).contains("\"count\":0,");
      opensOne(device, sent.getFirst());
    }
  }

  /** What a device tells becomes steps of the trace, and what it makes up becomes nothing. */
  private static void opensOne(HistoryDevice device, String id) throws Exception {
    String invented = Ids.of(++runs, 0);
    for (String each : List.of(invented, id)) {
      device.publish("$tidings/displayed", "{\"id\":\"" + each + "\"}");
      device.publish("$tidings/opened", "{\"id\":\"" + each + "\"}");
    }
    provider.awaitStep(id, "displayed");
    assertThat(provider.awaitStep(id, "opened").steps())
        .extracting(step -> step.name())
        .containsSubsequence("confirmed", "displayed", "opened");
    assertThat(provider.find(invented)).isEmpty();
  }

  private List<String> startsFresh(MqttLibrary.Start library, String serial) throws Exception {
    List<String> sent = send(register(serial));
    try (MqttLibrary.Device device = library.start(mqtt, serial, false, this::arrived)) {
      assertThat(device).isNotNull();
      untilAllOf(sent);
    }
    return sent;
  }

  private void cutAndMend(MqttLibrary.Start library, String serial, boolean keep) throws Exception {
    String token = register(serial);
    try (CutLine line = new CutLine(mqtt);
        MqttLibrary.Device device = library.start(line.address(), serial, keep, this::arrived)) {
      assertThat(device).isNotNull();
      List<String> first = send(token);
      untilAllOf(first);
      line.cut();
      List<String> waiting = send(token);
      provider.awaitParked(waiting.getLast());
      line.mend();
      List<String> all = new ArrayList<>(first);
      all.addAll(waiting);
      untilAllOf(all);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "311"})
  @Tag("mosquitto")
  void mosquitto_sub_gets_all_and_has_its_session_kept(String version) throws Exception {
    String serial = "mosquitto-kept-" + version;
    String token = register(serial);
    List<String> sent = send(token);
    assertThat(mosquitto(version, serial, "tidings/#")).isEqualTo(sent);
    List<String> more = send(token);
    // It asks for nothing but answers: its notifications come by the session that was kept.
    assertThat(mosquitto(version, serial, "$tidings/registered")).isEqualTo(more);
  }

  private static List<String> mosquitto(String version, String serial, String filter)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("mosquitto_sub", "-V", version, "-i", serial, "-h", mqtt.host(), "-p"));
    command.addAll(List.of(Integer.toString(mqtt.port()), "-c", "-q", "1", "-t", filter));
    command.addAll(List.of("-C", Integer.toString(COUNT), "-W", "60", "-F", "%t"));
    if (version.equals("5")) {
      command.addAll(List.of("-x", "3600"));
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines().map(MqttLibrariesInteropIT::id).toList();
  }

  private static String register(String serial) throws Exception {
    try (Phone phone = Phone.register(pipeline, serial)) {
      return phone.token();
    }
  }

  private static List<String> send(String token) throws Exception {
    int run = ++runs;
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      String id = Ids.of(run, i);
      provider.deliver(token, id, "{\"aps\":{\"alert\":\"" + i + "\"}}");
      sent.add(id);
    }
    return sent;
  }

  private void arrived(String topic) {
    // What was in flight when the line was cut may come again.
    String id = id(topic);
    if (!received.contains(id)) {
      received.add(id);
    }
  }

  private static String id(String topic) {
    return topic.substring(topic.lastIndexOf('/') + 1);
  }

  private void untilAllOf(List<String> sent) {
    await().atMost(Duration.ofSeconds(90)).until(() -> received.size() >= sent.size());
    assertThat(received).containsExactlyElementsOf(sent);
  }
}
