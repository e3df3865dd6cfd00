package dev.tidings.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidings.control.credential.P256;
import dev.tidings.infra.cli.access.DeviceIssuer;
import dev.tidings.infra.cli.credential.PrivateKeyFile;
import dev.tidings.infra.pipeline.ServicePorts;
import dev.tidings.infra.ports.Ports;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class TidingsTest {
  private static final String TOKEN = "ab".repeat(32);

  private static final String ID = "01a224dd-faf8-7d44-93a9-acf34e765eed";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private HttpServer ingest;

  @BeforeEach
  void setUp() throws IOException {
    ingest = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ingest.start();
  }

  @AfterEach
  void tearDown() {
    ingest.stop(0);
  }

  @Test
  void a_replay_is_counted_first_and_one_that_is_sent_is_followed_to_its_end() {
    List<String> bodies = new CopyOnWriteArrayList<>();
    String end = ",\"endedAt\":\"2026-11-30T00:00:00Z\"}";
    ingest.createContext(
        "/v1/devices/my phone/replay",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          bodies.add(body);
          boolean dry = body.contains("\"dryRun\":true");
          String state = "{\"id\":\"%s\",\"state\":\"%s\",\"dryRun\":%b,\"count\":3,\"devices\":1";
          answer(
              exchange,
              dry ? 200 : 202,
              state.formatted(ID, dry ? "completed" : "waiting", dry) + (dry ? end : "}"));
        });
    ingest.createContext(
        "/v1/replays/" + ID,
        exchange ->
            answer(
                exchange,
                200,
                "{\"id\":\"%s\",\"state\":\"completed\",\"sent\":3".formatted(ID) + end));

    String url = "http://localhost:" + ingest.getAddress().getPort();
    assertThat(run("replay", "--url", url, "--device", "my phone", "--since", "2h")).isEqualTo(0);
    assertThat(out.toString())
        .isEqualTo(ID + " completed: 3 would be sent to 1 devices (0 of them away), 0 left out\n");
    assertThat(run("replay", "--url", url, "--device", "my phone", "--since", "2h", "--send"))
        .isEqualTo(0);
    assertThat(out.toString()).endsWith(ID + " completed: 3 sent, 0 away, 0 left out\n");
    assertThat(bodies.getLast()).contains("\"dryRun\":false");
  }

  @Test
  @Timeout(60)
  void a_replay_is_followed_through_a_restart_of_the_service_but_not_once_it_is_unknown() {
    String state = "{\"id\":\"%s\",\"state\":\"%s\",\"sent\":3".formatted(ID, "%s");
    Queue<Integer> statuses = new ConcurrentLinkedQueue<>(List.of(200, 503, 429, 500, 202, 404));
    ingest.createContext(
        "/v1/replays/" + ID,
        exchange -> {
          int status = statuses.remove();
          answer(exchange, status, status < 300 ? state.formatted("running") + "}" : "{}");
        });

    String url = "http://localhost:" + ingest.getAddress().getPort();
    assertThat(run("replay", "--url", url, "--show", ID)).isEqualTo(1);
    assertThat(out.toString()).isEqualTo(ID + " running: 3 sent, 0 away, 0 left out\n");
    assertThat(err.toString()).contains("no longer knows " + ID);
    assertThat(statuses).isEmpty();
  }

  @Test
  void receipts_are_shown_a_line_each_or_as_json_and_nothing_in_them_reaches_the_terminal() {
    ingest.createContext(
        "/v1/receipts",
        exchange ->
            answer(
                exchange,
                200,
                """
                event: confirmed
                id: AQ
                data: {"id":"n-1","device":"phone\\u001b[2J","steps":[{"at":"2026-11-30T10:00:00Z"}]}

                """));

    String url = "http://localhost:" + ingest.getAddress().getPort();
    assertThat(run("receipts", "--url", url, "--app", "com.example.news", "--count", "1"))
        .isEqualTo(0);
    assertThat(out.toString())
        .startsWith("2026-11-30T10:00:00Z  confirmed     n-1  phone")
        .doesNotContain("\u001b");
    assertThat(
            run("receipts", "--url", url, "--app", "a", "--after", "A", "--count", "1", "--json"))
        .isEqualTo(0);
    assertThat(out.toString()).contains("{\"event\":\"confirmed\",\"id\":\"AQ\",\"data\":{");
    assertThat(run("receipts", "--count", "1")).isEqualTo(2);
  }

  @Test
  void a_replay_without_a_time_or_a_device_is_not_understood() {
    assertThat(run("replay", "--device", "phone")).isEqualTo(2);
    assertThat(run("replay", "--since", "2h")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deliver",
        "send",
        "send TOKEN",
        "send 0123 --title a",
        "send TOKEN --title a --app a/b",
        "send TOKEN --title a --badge -1",
        "send TOKEN --title a --priority 7",
        "send TOKEN --title a --expiration -5",
        "send TOKEN --title a --collapse-id ",
        "send TOKEN --payload [1]",
        "send TOKEN --title a --ca /no/such/file",
        "send TOKEN --title a --ca pom.xml",
        "send TOKEN --title a --ca src",
        "receipts --app com.example.news --ca pom.xml",
        "send TOKEN --title a --payload {}",
        "send TOKEN --title a --expiration soon",
        "send TOKEN --title a --badge many",
        "trace",
        "send TOKEN --title a --provider-key AuthKey_KEY4567890.p8",
        "send TOKEN --title a --team TEAM567890",
        "send TOKEN --title a --api-key tid_a_b",
        "send TOKEN --title a --api-key-file /no/such/file",
        "send TOKEN --title a --api-key-file pom.xml --provider-key pom.xml --team TEAM567890",
        "trace notanid",
        "trace ID --wait long",
        "trace ID --wait 200000d",
        "broadcast",
        "broadcast send goals --app com.example.news --title x --over 8d",
        "broadcast send goals --app com.example.news --title x --ttl 999999999d",
        "broadcast send goals --app com.example.news --title LONG",
        "broadcast send goals --app com.example.news --payload {\"a\":\"LONG\"}",
        "broadcast stop notanid",
        "trace ID --api-key tid_a_b",
        "trace ID --api-key-file",
        "trace ID --api-key-file pom.xml --provider-key pom.xml --team TEAM567890",
        "trace ID --api-key-file /no/such/file",
        "trace ID --provider-key /no/such/file --team TEAM567890",
        "trace ID --url http://user:secret@localhost",
        "trace ID --url http://localhost:0",
        "topics",
        "topics create --partitions few",
        "topics create --partitions 0",
        "topics create --replication-factor 0",
        "topics create --replication-factor -1",
        "topics create --replication-factor 40000",
        "topics create --schema-registry-url nonsense",
        "topics create --command-config /no/such/file",
        "topics create --topic-prefix a/b",
        "certs --name two+words",
        "demo --kafka-port none",
        "up --no-such-option",
        "up --kafka-port 65536",
        "up --data ",
        "up --bind 0.0.0.0",
        "up --bind ::",
        "up --bind no-such-host.invalid",
        "demo --once --bind 192.168.1.1",
        "up --open --closed",
        "doctor --management nonsense",
        "doctor --management localhost:70000",
        "doctor --command-config /no/such/file",
        "doctor --bootstrap-servers nonsense",
        "doctor --topic-prefix a/b",
        "doctor --command-config src",
        "doctor --command-config BINARY",
        "doctor --config BINARY",
        "doctor --bundle pom.xml",
        "doctor --bundle src",
        "doctor --bundle /no/such/directory/support.zip",
        "doctor --bundle ",
        "topics create --command-config BINARY",
        "admin team list --command-config BINARY",
        "man",
        "man pom.xml",
        "man pom.xml/man1",
        "man ",
        "device-token my-phone --file src",
        "device-token my-phone --file /no/such/directory/token",
        "doctor --schema-registry-url nonsense",
        "device-token",
        "device-token a\tb",
        "device-token my-phone --valid 0s",
        "device-token my-phone --valid 4000d",
        "device-token my-phone --data a,b",
        "up --data a,b",
        "up --data a;b",
        "up --data a\\b",
        "device --count 0",
        "device --count -3",
        "device --port 70000",
        "device --port 0",
        "device --host ",
        "device --url http://localhost:1883",
        "device --url mqtt://localhost:70000",
        "device --url mqtt://localhost --port 1883",
        "device --url mqtt://localhost --ca pom.xml",
        "device --url mqtts://localhost --ca /no/such/file",
        "device --serial ",
        "device --serial a\tb",
        "device --app a/b",
        "device --password secret",
        "device --password-file /no/such/file",
        "send TOKEN --title a --url localhost:8080",
        "send TOKEN --title a --url ftp://localhost",
        "send TOKEN --title a --url http://localhost:8080/path",
        "topics create --bootstrap-servers nonsense",
        "topics create --bootstrap-servers no-such-host.invalid:9092",
        "admin",
        "admin team",
        "admin app",
        "admin key",
        "admin api-key",
        "admin issuer",
        "admin issuer create acme --team TEAM567890",
        "admin issuer create acme --jwks F",
        "admin issuer create acme --team TEAM567890 --jwks F --jwks-url https://id.example.com/",
        "admin issuer create a,b\u00e4 --team TEAM567890 --jwks F",
        "admin issuer create acme --team TEAM567890 --jwks-url ftp://x",
        "admin issuer create acme --team TEAM567890 --jwks-url https://x/ --audience ",
        "admin issuer create acme --team TEAM567890 --jwks pom.xml",
        "admin issuer create acme --team TEAM567890 --public-key pom.xml",
        "admin issuer show",
        "admin webhook create --app com.example.news --url nonsense",
        "admin webhook create --app com.example.news --url https://x/ --max-events -5",
        "admin webhook create --app com.example.news --url https://x/ --max-events 1001",
        "admin issuer delete",
        "admin limit",
        "admin limit set --team TEAM567890",
        "admin limit set --per-second 5",
        "admin limit set --team TEAM567890 --app com.example.mail --per-second 5",
        "admin limit set --team TEAM --per-second 5",
        "admin limit set --team TEAM567890 --per-second many",
        "admin limit set --team TEAM567890 --per-second -1",
        "admin limit set --team TEAM567890 --per-second 1000001",
        "admin limit set --team TEAM567890 --per-second 5 --burst-seconds 0",
        "admin limit cap",
        "admin limit cap --app com.example.mail --per-day 2",
        "admin limit cap --app com.example.mail --category Marketing --per-day 2",
        "admin limit cap --app com.example.mail --category marketing --per-day 0",
        "admin limit cap --app com.example.mail --category marketing --per-day 1001",
        "admin limit cap --app com.example.mail --category a --per-day 2 --time-zone Mars",
        "admin limit uncap --app com.example.mail",
        "admin limit remove",
        "admin limit remove --app a/b",
        "admin team create",
        "admin team create Post --id short",
        "admin team create Post --id lowercase0",
        "admin team create \t",
        "admin app add com.example.mail",
        "admin app add a/b --team TEAM567890",
        "admin app add com.example.mail --team TEAM",
        "admin app remove a/b",
        "admin key create",
        "admin key create --team TEAM567890 --apps a,,b",
        "admin key create --team TEAM567890 /no/such/directory",
        "admin key register --team TEAM567890 --public-key /no/such/file",
        "admin key register --team TEAM567890 --public-key pom.xml",
        "admin key create --team TEAM567890 --apps ",
        "admin key register --team TEAM567890",
        "admin key revoke kid",
        "admin key expire KEY4567890",
        "admin key expire KEY4567890 --after soon",
        "admin api-key create",
        "admin api-key revoke tid_x",
        "admin api-key expire KEY4567890 --after -1s",
        "admin api-key expire KEY4567890 --after 999999999d",
        "admin administrator",
        "admin administrator revoke tad_x",
        "admin administrator expire ADM4567890 --after soon",
        "admin init --name \t",
        "admin team list --schema-registry-url nonsense",
        "admin team list --topic-prefix a/b",
        "admin team list --bootstrap-servers nonsense"
      })
  void a_command_that_is_not_understood_says_why_and_exits_with_two(
      String command, @TempDir Path directory) throws IOException {
    Path binary = Files.write(directory.resolve("binary"), new byte[] {'a', '=', (byte) 0xFF});

    assertThat(run(words(command.replace("BINARY", binary.toString())))).isEqualTo(2);
    assertThat(err.toString()).isNotBlank().doesNotContain("Exception", "\tat ", "Usage:");
    assertThat(err.toString().lines()).hasSizeLessThanOrEqualTo(3);
    assertThat(err.toString()).startsWith("tidings: ");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void whoever_misspells_is_told_what_there_is() {
    assertThat(run("recepts")).isEqualTo(2);
    assertThat(err.toString())
        .contains("'recepts'", "tidings receipts")
        .contains("tidings --help tells more");
    err.getBuffer().setLength(0);

    assertThat(run("send", TOKEN, "--titel", "a")).isEqualTo(2);
    assertThat(err.toString()).contains("'--titel'", "--title", "tidings send --help tells more");
  }

  @Test
  void whoever_says_nothing_gets_the_help_and_it_is_no_success() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("Usage: tidings", "For example:");
    assertThat(out.toString()).isEmpty();
  }

  /** An id in it is a real one, and what is LONG is longer than any payload may be. */
  private static String[] words(String command) {
    return command
        .replace("TOKEN", TOKEN)
        .replace("ID", ID)
        .replace("LONG", "x".repeat(4_096))
        .split(" ", -1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "demo",
        "up",
        "send",
        "device",
        "device-token",
        "doctor",
        "trace",
        "topics",
        "topics create",
        "certs",
        "chaos",
        "admin",
        "admin team create",
        "admin app add",
        "admin key create",
        "admin key register",
        "admin api-key expire",
        "admin limit set",
        "admin limit remove"
      })
  void every_command_explains_itself(String command) {
    assertThat(run((command + " --help").strip().split(" ", -1))).isZero();
    assertThat(out.toString()).contains("Usage: tidings").doesNotContain("null");
  }

  @Test
  void a_notification_is_sent_as_an_apns_client_would() {
    var headers = new AtomicReference<List<String>>();
    var payload = new AtomicReference<String>();
    ingest.createContext(
        "/3/device/" + TOKEN,
        exchange -> {
          headers.set(
              List.of("apns-topic", "apns-push-type", "apns-collapse-id").stream()
                  .map(name -> exchange.getRequestHeaders().getFirst(name))
                  .toList());
          payload.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.getResponseHeaders().add("apns-id", "the-id");
          answer(exchange, 200, "");
        });

    assertThat(
            run(
                "send",
                TOKEN,
                "--url",
                url(),
                "--app",
                "com.example",
                "--title",
                "Hi",
                "--body",
                "there",
                "--badge",
                "3",
                "--sound",
                "bell",
                "--collapse-id",
                "c"))
        .isZero();

    assertThat(out.toString()).contains("apns-id: the-id", "status: 200");
    assertThat(headers.get()).containsExactly("com.example", "alert", "c");
    assertThat(payload.get())
        .isEqualTo(
            """
            {"aps":{"alert":{"title":"Hi","body":"there"},"badge":3,"sound":"bell"}}\
            """);
  }

  @Test
  void a_refusal_is_told_with_its_reason() {
    ingest.createContext(
        "/3/device/", exchange -> answer(exchange, 400, "{\"reason\":\"BadDeviceToken\"}"));

    assertThat(run("send", TOKEN, "--url", url(), "--body", "x")).isEqualTo(1);
    assertThat(err.toString()).contains("status: 400", "reason: BadDeviceToken");
  }

  @Test
  void a_provider_key_signs_for_what_is_sent_and_for_traces(@TempDir Path directory)
      throws IOException {
    Path key = PrivateKeyFile.write(directory, "KEY4567890", P256.newPair().getPrivate());
    var authorizations = new CopyOnWriteArrayList<String>();
    ingest.createContext(
        "/",
        exchange -> {
          authorizations.add(exchange.getRequestHeaders().getFirst("authorization"));
          answer(exchange, 200, "{}");
        });
    String[] credential = {"--provider-key", key.toString(), "--team", "TEAM567890"};

    assertThat(run(with(credential, "send", TOKEN, "--url", url(), "--body", "x"))).isZero();
    assertThat(run(with(credential, "trace", ID, "--url", url()))).isZero();

    assertThat(authorizations)
        .hasSize(2)
        .allSatisfy(value -> {
          assertThat(value).startsWith("Bearer ");
          assertThat(decoded(value.split("[ .]", -1)[1])).contains("KEY4567890");
          assertThat(decoded(value.split("[ .]", -1)[2])).contains("TEAM567890");
        });
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void a_key_file_of_another_name_needs_its_key_id(@TempDir Path directory) throws IOException {
    Path key =
        Files.move(
            PrivateKeyFile.write(directory, "KEY4567890", P256.newPair().getPrivate()),
            directory.resolve("push.p8"));
    ingest.createContext("/", exchange -> answer(exchange, 200, ""));
    String[] credential = {"--provider-key", key.toString(), "--team", "TEAM567890"};

    assertThat(run(with(credential, "send", TOKEN, "--url", url(), "--body", "x"))).isEqualTo(2);
    assertThat(err.toString()).contains("push.p8 (expected: ").doesNotContain("Exception");
    assertThat(
            run(
                with(
                    credential,
                    "send",
                    TOKEN,
                    "--url",
                    url(),
                    "--body",
                    "x",
                    "--key-id",
                    "KEY4567890")))
        .isZero();
  }

  @Test
  void an_api_key_from_a_file_is_sent_with_the_request_for_a_trace(@TempDir Path directory)
      throws IOException {
    Path file = Files.writeString(directory.resolve("key"), "tid_KEY4567890_secret\n");
    var authorization = new AtomicReference<String>();
    ingest.createContext(
        "/v1/notifications/" + ID,
        exchange -> {
          authorization.set(exchange.getRequestHeaders().getFirst("authorization"));
          answer(exchange, 200, "{}");
        });

    assertThat(run("trace", ID, "--url", url(), "--api-key-file", file.toString())).isZero();
    assertThat(authorization.get()).isEqualTo("Bearer tid_KEY4567890_secret");
  }

  @Test
  void with_an_api_key_a_notification_goes_over_the_services_own_interface(@TempDir Path directory)
      throws IOException {
    Path file = Files.writeString(directory.resolve("key"), "tid_KEY4567890_secret\n");
    var authorization = new AtomicReference<String>();
    var sent = new AtomicReference<String>();
    ingest.createContext(
        "/v1/notifications",
        exchange -> {
          authorization.set(exchange.getRequestHeaders().getFirst("authorization"));
          sent.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          answer(exchange, 202, "{\"id\":\"the-id\"}");
        });
    String[] content = {
      "--app",
      "com.example",
      "--payload",
      "{ \"a\": 1.0 }",
      "--priority",
      "5",
      "--collapse-id",
      "c",
      "--expiration",
      "0"
    };

    assertThat(run(with(content, "send", TOKEN, "--url", url(), "--api-key-file", file.toString())))
        .isZero();

    assertThat(out.toString()).contains("apns-id: the-id", "status: 202");
    assertThat(authorization.get()).isEqualTo("Bearer tid_KEY4567890_secret");
    assertThat(sent.get())
        .isEqualTo(
            """
            {"target":{"token":"%s"},"app":"com.example","collapseId":"c","priority":5,"ttl":0,\
            "payload":{ "a": 1.0 }}\
            """
                .formatted(TOKEN));
  }

  @Test
  void what_is_wrong_with_a_notification_sent_with_an_api_key_is_told(@TempDir Path directory)
      throws IOException {
    Path file = Files.writeString(directory.resolve("key"), "tid_KEY4567890_secret\n");
    ingest.createContext(
        "/v1/notifications",
        exchange -> answer(exchange, 400, "{\"title\":\"Bad Request\",\"detail\":\"a detail\"}"));

    assertThat(run("send", TOKEN, "--url", url(), "--api-key-file", file.toString(), "--body", "x"))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("status: 400", "reason: Bad Request, a detail")
        .doesNotContain("secret");
  }

  @Test
  void a_key_is_not_sent_in_clear_to_another_machine(@TempDir Path directory) throws IOException {
    Path api = Files.writeString(directory.resolve("key"), "tid_KEY4567890_secret\n");
    Path key = PrivateKeyFile.write(directory, "KEY4567890", P256.newPair().getPrivate());
    String elsewhere = "http://no-such-host.invalid:8080";
    String[] trace = {"trace", ID, "--url", elsewhere, "--api-key-file", api.toString()};
    String[] send = {
      "send",
      TOKEN,
      "--url",
      elsewhere,
      "--body",
      "x",
      "--provider-key",
      key.toString(),
      "--team",
      "TEAM567890"
    };
    String[] allowed = {"--without-tls"};

    assertThat(run(trace)).isEqualTo(2);
    assertThat(err.toString())
        .contains("--url: " + elsewhere + " (expected: https, for the key would be readable")
        .doesNotContain("secret");
    assertThat(run(send)).isEqualTo(2);
    assertThat(
            run("send", TOKEN, "--url", elsewhere, "--body", "x", "--api-key-file", api.toString()))
        .isEqualTo(2);

    assertThat(run(with(allowed, trace))).isEqualTo(1);
    assertThat(run(with(allowed, send))).isEqualTo(1);
    assertThat(err.toString()).contains("no-such-host.invalid is no host that is known here");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void whoever_is_refused_is_told_how_to_give_a_key(int status) {
    ingest.createContext(
        "/3/device/", exchange -> answer(exchange, status, "{\"reason\":\"AReason\"}"));
    ingest.createContext(
        "/v1/",
        exchange -> answer(exchange, status, "{\"title\":\"A title\",\"detail\":\"a detail\"}"));

    assertThat(run("send", TOKEN, "--url", url(), "--body", "x")).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "status: " + status,
            "reason: AReason",
            "--api-key-file",
            "--provider-key",
            "./tidings admin key create");

    assertThat(run("trace", ID, "--url", url(), "--wait", "1h")).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "answered %d: A title, a detail".formatted(status),
            "TIDINGS_API_KEY",
            "--api-key-file",
            "./tidings admin api-key create")
        .doesNotContain("Exception");
  }

  @Test
  void a_trace_is_shown_with_the_time_of_each_step() {
    ingest.createContext(
        "/v1/notifications/" + ID,
        exchange ->
            answer(
                exchange,
                200,
                """
                {"id":"the-id","outcome":"delivered","steps":[
                  {"step":"accepted","atMillis":1000,"where":"ingest-1"},
                  {"step":"confirmed","atMillis":1012,"where":"node-1","why":"late"}]}\
                """));

    assertThat(run("trace", ID, "--url", url(), "--wait", "5s")).isZero();
    assertThat(out.toString().lines().map(String::stripTrailing))
        .containsExactly(
            "notification the-id: delivered",
            "  step             at ms   took ms  where     why",
            "  accepted             0         0  ingest-1",
            "  confirmed           12        12  node-1    late");
  }

  @Test
  void an_unknown_notification_is_a_failure() {
    assertThat(run("trace", ID, "--url", url())).isEqualTo(1);
    assertThat(err.toString()).contains("nothing is known of " + ID);
  }

  @Test
  void a_service_that_is_not_there_is_said_so_without_a_stack_trace() {
    int nobody = Ports.settle(List.of(new Ports.Wanted("a", "--a-port", 0))).get("a");

    assertThat(run("send", TOKEN, "--url", "http://localhost:" + nobody, "--body", "x"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("cannot connect").doesNotContain("\tat ");
  }

  @Test
  void a_url_may_end_with_a_slash() {
    ingest.createContext("/3/device/" + TOKEN, exchange -> answer(exchange, 200, ""));

    assertThat(run("send", TOKEN, "--url", url() + "/", "--body", "x")).isZero();
  }

  @Test
  void a_host_that_nobody_knows_is_named() {
    assertThat(run("send", TOKEN, "--url", "http://no-such-host.invalid:8080", "--body", "x"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("no-such-host.invalid").doesNotContain("Exception");
  }

  @Test
  void a_token_of_a_device_is_printed_alone_or_written_for_its_owner_alone(@TempDir Path data)
      throws IOException {
    DeviceIssuer issuer = DeviceIssuer.in(data).keep();
    Path file = data.resolve("phone.jwt");
    String[] command = {"device-token", "my-phone", "--data", data.toString(), "--valid", "15m"};

    assertThat(run(command)).isZero();
    String printed = out.toString().strip();
    assertThat(run(with(new String[] {"--file", file.toString()}, command))).isZero();

    assertThat(printed).matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
    assertThat(decoded(printed.split("\\.", -1)[1])).contains("\"sub\":\"my-phone\"");
    assertThat(out.toString().strip()).isEqualTo(printed);
    assertThat(Files.readString(file).split("\\.", -1)).hasSize(3);
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.readString(issuer.key())).isNotEmpty();
  }

  @Test
  void without_a_closed_stack_no_token_is_made(@TempDir Path data) {
    assertThat(run("device-token", "my-phone", "--data", data.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("access/issuer.key: no such file", "up --closed");
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void a_device_whose_host_nobody_knows_ends_and_names_it() {
    assertThat(run("device", "--url", "mqtt://no-such-host.invalid")).isEqualTo(1);
    assertThat(err.toString())
        .contains("tidings: no-such-host.invalid is no host that is known here")
        .doesNotContain("Exception");
  }

  @Test
  void a_serial_number_that_is_too_long_is_refused_in_words() {
    assertThat(run("device", "--serial", "a".repeat(300))).isEqualTo(2);
    assertThat(err.toString())
        .contains("--serial", "1 to 128 bytes of UTF-8")
        .doesNotContain("Exception");
  }

  @Test
  void a_file_for_a_device_that_has_no_token_is_named_and_not_shown(@TempDir Path directory)
      throws IOException {
    Path file = Files.writeString(directory.resolve("token"), "a secret of mine\n");

    assertThat(run("device", "--password-file", file.toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains(file + " (expected: a token alone")
        .doesNotContain("secret of", "Exception");
  }

  @Test
  void a_port_that_does_not_speak_http_is_said_so() throws Exception {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var answering =
          Thread.ofVirtual()
              .start(() -> {
                try (var client = other.accept()) {
                  client.getOutputStream().write(new byte[] {0x20, 2, 0, 0});
                } catch (IOException e) {
                  // The client has seen enough.
                }
              });

      assertThat(
              run(
                  "send",
                  TOKEN,
                  "--url",
                  "http://127.0.0.1:" + other.getLocalPort(),
                  "--body",
                  "x"))
          .isEqualTo(1);
      assertThat(err.toString())
          .contains("127.0.0.1:" + other.getLocalPort(), "does not speak HTTP")
          .doesNotContain("Exception");
      answering.join();
    }
  }

  @Test
  void a_file_without_what_a_provider_proves_itself_by_is_a_wrong_argument(@TempDir Path directory)
      throws IOException {
    String file = Files.writeString(directory.resolve("key"), "two secrets\n").toString();
    String keyFile =
        Files.writeString(directory.resolve("AuthKey_KEY4567890.p8"), "two secrets").toString();
    List<String[]> wrong =
        List.of(
            new String[] {"--api-key-file", file},
            new String[] {"--provider-key", keyFile, "--team", "TEAM567890"},
            new String[] {"--provider-key", file, "--team", "TEAM567890"});
    for (String[] credential : wrong) {
      assertThat(run(with(credential, "trace", ID, "--url", url()))).isEqualTo(2);
      assertThat(run(with(credential, "send", TOKEN, "--url", url(), "--body", "x"))).isEqualTo(2);
    }
    assertThat(err.toString())
        .contains(file + " (expected: an API key, alone")
        .doesNotContain("secrets", "Exception");
  }

  @Test
  void help_is_a_command_too_and_tells_every_exit_code() {
    assertThat(run("help", "send")).isZero();
    assertThat(out.toString()).contains("Usage: tidings send");
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("Exit codes:", "0   all went", "1   something", "2   the", "3   see the");
  }

  @Test
  void taken_ports_are_told_all_at_once_before_anything_starts(@TempDir Path data)
      throws IOException {
    try (var kafka = new ServerSocket(0);
        var mqtt = new ServerSocket(0)) {
      int exitCode =
          run(
              "demo",
              "--once",
              "--closed",
              "--data",
              data.toString(),
              "--registry-port",
              "0",
              "--http-port",
              "0",
              "--mqtt-ws-port",
              "0",
              "--kafka-port",
              "" + kafka.getLocalPort(),
              "--mqtt-port",
              "" + mqtt.getLocalPort());

      assertThat(exitCode).isEqualTo(1);
      assertThat(err.toString())
          .contains(
              "kafka port %d is taken (set --kafka-port, or 0 for any free one)"
                  .formatted(kafka.getLocalPort()))
          .contains(
              "mqtt port %d is taken (set --mqtt-port, or 0 for any free one)"
                  .formatted(mqtt.getLocalPort()));
      assertThat(data).isEmptyDirectory();
    }
  }

  @ParameterizedTest
  @EnumSource(ServicePorts.Port.class)
  void the_option_that_a_complaint_about_a_port_names_is_there(ServicePorts.Port port) {
    CommandLine demo =
        Tidings.commandLine(new PrintWriter(out), new PrintWriter(err))
            .getSubcommands()
            .get("demo");

    assertThat(demo.getCommandSpec().findOption(ServicePorts.option(port))).isNotNull();
  }

  private static String[] with(String[] credential, String... arguments) {
    return Stream.concat(Stream.of(arguments), Stream.of(credential)).toArray(String[]::new);
  }

  private static String decoded(String base64) {
    return new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  private int run(String... arguments) {
    return Tidings.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
        .execute(arguments);
  }

  private String url() {
    return "http://localhost:" + ingest.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
