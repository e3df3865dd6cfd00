package dev.tidings.infra.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.control.Administration;
import dev.tidings.control.ControlKey;
import dev.tidings.control.ControlKind;
import dev.tidings.infra.cli.access.ClosedStack;
import dev.tidings.infra.cli.access.ProviderFiles;
import dev.tidings.infra.stack.LocalStack;
import dev.tidings.infra.stack.StackOptions;
import dev.tidings.schemas.avro.Administrator;
import dev.tidings.schemas.avro.ApiKey;
import dev.tidings.schemas.avro.AuditEntry;
import dev.tidings.schemas.avro.DailyCap;
import dev.tidings.schemas.avro.Issuer;
import dev.tidings.schemas.avro.Limit;
import dev.tidings.schemas.avro.ProviderKey;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(Lifecycle.PER_CLASS)
class AdminCommandIT {
  private static final String MAIL = "com.example.mail";

  @TempDir static Path data;
  @TempDir Path keys;

  private LocalStack stack;
  private RegistryClient registry;

  private record Result(int exitCode, String out, String err) {
    /** What follows a label in the output. */
    String value(String label) {
      return Stream.concat(out.lines(), err.lines())
          .filter(line -> line.startsWith(label + ": "))
          .map(line -> line.substring(label.length() + 2))
          .findFirst()
          .orElseThrow(() -> new AssertionError(label + " is missing: " + this));
    }
  }

  @BeforeAll
  void start() throws Exception {
    stack = LocalStack.start(StackOptions.in(data));
    registry =
        new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, stack.registryUrl())));
    assertThat(run("topics", "create", "--bootstrap-servers", stack.bootstrapServers()).exitCode())
        .isZero();
  }

  @AfterAll
  void stop() {
    registry.close();
    stack.close();
  }

  @Test
  void a_team_with_its_app_gets_a_key_whose_private_half_nobody_else_has() throws Exception {
    String team = done("team", "create", "Post & Co").value("team");
    assertThat(team).matches("[A-Z0-9]{10}");
    done("app", "add", MAIL, "--team", team);
    done("app", "add", MAIL, "--team", team);

    Result created = done("key", "create", "--team", team, "--apps", MAIL, keys.toString());

    String kid = created.value("kid");
    Path file = keys.resolve("AuthKey_" + kid + ".p8");
    assertThat(created.value("file")).isEqualTo(file.toString());
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    ProviderKey key = entry(ControlKind.PROVIDER_KEY, kid);
    assertThat(key.getTeam()).isEqualTo(team);
    assertThat(key.getApps()).containsExactly(MAIL);
    assertThat(key.getNotAfter()).isNull();
    assertThat(fits(Files.readString(file), key)).isTrue();

    Result printed = done("key", "create", "--team", team, "-");
    assertThat(printed.out()).startsWith("-----BEGIN PRIVATE KEY-----\n");
    ProviderKey other = entry(ControlKind.PROVIDER_KEY, printed.value("kid"));
    assertThat(other.getApps()).isNull();
    assertThat(fits(printed.out(), other)).isTrue();

    assertThat(done("team", "list").out()).contains(team, "Post & Co");
    assertThat(done("app", "list").out()).contains(team, MAIL);
    assertThat(done("key", "list").out()).contains(kid, printed.value("kid"), MAIL, "all");
    assertKeptNowhere(secretOf(Files.readString(file)), secretOf(printed.out()));
  }

  @Test
  void a_key_is_registered_rotated_and_revoked_and_each_change_leaves_a_line() throws Exception {
    String team = done("team", "create", "Press", "--id", "PRESS67890").value("team");
    Path pem = Files.writeString(keys.resolve("key.pem"), publicPem());
    String[] register = {"key", "register", "--team", team, "--public-key", pem.toString()};
    assertThat(done(with(register, "--id", "KIDOFAPPLE")).value("kid")).isEqualTo("KIDOFAPPLE");
    assertRefused(with(register, "--id", "KIDOFAPPLE"), "kid: KIDOFAPPLE (expected: an id that");
    ProviderKey before = entry(ControlKind.PROVIDER_KEY, "KIDOFAPPLE");

    Instant now = Instant.now();
    done("key", "expire", "KIDOFAPPLE", "--after", "2h");

    ProviderKey after = entry(ControlKind.PROVIDER_KEY, "KIDOFAPPLE");
    assertThat(after.getPublicKey()).isEqualTo(before.getPublicKey());
    assertThat(after.getCreated()).isEqualTo(before.getCreated());
    assertThat(after.getNotAfter())
        .isBetween(now.plus(Duration.ofHours(2)).minusMillis(1), now.plus(Duration.ofHours(3)));
    done("key", "revoke", "KIDOFAPPLE");
    assertThat(entries(ControlKind.PROVIDER_KEY.name() + "/KIDOFAPPLE").getLast().value()).isNull();
    assertThat(done("key", "list").out()).doesNotContain("KIDOFAPPLE");
    assertRefused(new String[] {"key", "revoke", "KIDOFAPPLE"}, "kid: KIDOFAPPLE (expected: ");

    List<AuditEntry> lines = audit("provider-key/KIDOFAPPLE");
    assertThat(lines)
        .extracting(AuditEntry::getWhat)
        .satisfiesExactly(
            what -> assertThat(what).isEqualTo("key register: team PRESS67890, apps all"),
            what ->
                assertThat(what).startsWith("key expire: team PRESS67890, apps all, not after 20"),
            what -> assertThat(what).isEqualTo("key revoke: team PRESS67890, apps all"));
    assertThat(lines)
        .allSatisfy(line -> {
          assertThat(line.getWho()).startsWith(System.getProperty("user.name") + "@");
          assertThat(line.getFrom()).isEqualTo("shell");
          assertThat(line.getAt()).isAfter(now.minusSeconds(600));
        });
  }

  @Test
  void an_api_key_is_shown_once_and_kept_as_a_hash() throws Exception {
    String team = done("team", "create", "Shop").value("team");
    Result created = done("api-key", "create", "--team", team);
    String secret = created.out().strip();
    String id = created.value("id");

    assertThat(secret).matches("tid_" + id + "_[A-Za-z0-9_-]{43}");
    ApiKey key = entry(ControlKind.API_KEY, id);
    assertThat(key.getTeam()).isEqualTo(team);
    assertThat(key.getHash())
        .isEqualTo(
            ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(UTF_8))));

    done("api-key", "expire", id, "--after", "0s");
    assertThat(done("api-key", "list").out()).contains(id, "(expired)").doesNotContain(secret);
    done("api-key", "revoke", id);
    assertThat(done("api-key", "list").out()).doesNotContain(id);
    assertKeptNowhere(secret.substring(secret.length() - 43).getBytes(UTF_8));
  }

  @Test
  void a_daily_cap_is_set_listed_and_removed_and_each_change_leaves_a_line() throws Exception {
    String team = done("team", "create", "Shop").value("team");
    String app = "com.example.shop";
    done("app", "add", app, "--team", team);

    done(
        "limit",
        "cap",
        "--app",
        app,
        "--category",
        "marketing",
        "--per-day",
        "2",
        "--time-zone",
        "Asia/Shanghai");
    done("limit", "cap", "--app", app, "--category", "none", "--per-day", "50");

    assertThat(entry(ControlKind.DAILY_CAP, app + "/marketing"))
        .isEqualTo(new DailyCap(2, "Asia/Shanghai"));
    assertThat(done("limit", "caps").out().lines().map(line -> line.replaceAll(" +", " ")))
        .contains("daily cap per day time zone")
        .contains(app + "/marketing 2 Asia/Shanghai")
        .contains(app + "/none 50 UTC");
    done("limit", "uncap", "--app", app, "--category", "marketing");
    assertThat(done("limit", "caps").out()).doesNotContain("marketing").contains(app + "/none");
    assertThat(audit("daily-cap/" + app + "/marketing"))
        .extracting(AuditEntry::getWhat)
        .containsExactly(
            "limit set: 2 a day to each device, in Asia/Shanghai",
            "limit remove: 2 a day to each device, in Asia/Shanghai");
    assertRefused(
        new String[] {"limit", "uncap", "--app", app, "--category", "marketing"},
        "daily cap: " + app + "/marketing (expected: one that has been set)");
  }

  @Test
  void a_limit_is_set_listed_and_removed_and_each_change_leaves_a_line() throws Exception {
    String team = done("team", "create", "Loud").value("team");
    done("app", "add", "com.example.loud", "--team", team);

    done("limit", "set", "--team", team, "--per-second", "1000", "--burst-seconds", "5");
    done("limit", "set", "--app", "com.example.loud", "--per-second", "0");

    assertThat(entry(ControlKind.LIMIT, "team/" + team)).isEqualTo(new Limit(1_000, 5));
    assertThat(entry(ControlKind.LIMIT, "app/com.example.loud")).isEqualTo(new Limit(0, 1));
    assertThat(done("limit", "list").out().lines().map(line -> line.replaceAll(" +", " ")))
        .contains("limit per second burst seconds")
        .contains("team/" + team + " 1000 5")
        .contains("app/com.example.loud no limit 1");
    done("limit", "remove", "--team", team);
    assertThat(entries("limit/team/" + team).getLast().value()).isNull();
    assertThat(done("limit", "list").out()).doesNotContain("team/" + team);
    assertThat(audit("limit/team/" + team))
        .extracting(AuditEntry::getWhat)
        .containsExactly(
            "limit set: 1000 a second, 5 s at once", "limit remove: 1000 a second, 5 s at once");
    assertThat(audit("limit/app/com.example.loud"))
        .extracting(AuditEntry::getWhat)
        .containsExactly("limit set: none");
    assertRefused(
        new String[] {"limit", "remove", "--team", team},
        "limit: team/" + team + " (expected: one that has been set)");
    assertRefused(
        new String[] {"limit", "set", "--app", "com.example.none", "--per-second", "1"},
        "app: com.example.none (expected: an app that");
    assertRefused(
        new String[] {"limit", "set", "--team", "NOSUCHTEAM", "--per-second", "1"},
        "team: NOSUCHTEAM (expected: the id of a team");
  }

  @Test
  void a_webhook_is_entered_switched_off_and_deleted_and_its_secret_is_in_no_line()
      throws Exception {
    String team = done("team", "create", "Hooks").value("team");
    done("app", "add", "com.example.hooks", "--team", team);
    String url = "https://hooks.example.com/?key=k";
    String secret = done("webhook", "create", "--app", "com.example.hooks", "--url", url).out();
    assertThat(secret).startsWith("whsec_");
    String listed = done("webhook", "list").out();
    assertThat(listed).contains("com.example.hooks", url).doesNotContain(secret.strip());
    String id =
        listed
            .lines()
            .filter(line -> line.contains(url))
            .map(line -> line.substring(0, 10))
            .findFirst()
            .orElseThrow();

    done("webhook", "disable", id);
    assertThat(done("webhook", "list").out()).contains("switched off by an administrator");
    done("webhook", "enable", id);
    assertThat(done("webhook", "rotate", id, "--overlap", "2h").out()).startsWith("whsec_");
    assertThat(entry(ControlKind.WEBHOOK, id).getPreviousSecret()).isNotNull();
    done("webhook", "delete", id);
    assertRefused(
        new String[] {"webhook", "enable", id}, "id: " + id + " (expected: the id of a webhook)");
    assertThat(audit("webhook/" + id))
        .extracting(AuditEntry::getWhat)
        .hasSize(5)
        .allSatisfy(line -> assertThat(line).doesNotContain("key=k", "whsec_"));
  }

  @Test
  void an_issuer_is_entered_shown_and_deleted_and_each_change_leaves_a_line() throws Exception {
    String team = done("team", "create", "Devices").value("team");
    Path pem = Files.writeString(keys.resolve("issuer.pem"), publicPem());
    String name = "https://id.example.com/";
    String[] create = {"issuer", "create", name, "--team", team, "--public-key", pem.toString()};
    done(with(create, "--audience", "tidings"));
    assertRefused(create, "issuer: " + name + " (expected: one that has not been entered yet)");

    Issuer issuer = entry(ControlKind.ISSUER, name);
    assertThat(issuer.getTeam()).isEqualTo(team);
    assertThat(issuer.getKeySet()).startsWith("{\"keys\":[{").contains("\"crv\":\"P-256\"");
    assertThat(issuer.getKeysUrl()).isNull();
    assertThat(issuer.getApps()).isNull();
    assertThat(done("issuer", "show", name).out())
        .contains(issuer.getKeySet(), team, "audience: tidings");

    Path set = Files.writeString(keys.resolve("keys.jwks"), issuer.getKeySet());
    done("issuer", "create", "acme", "--team", team, "--jwks", set.toString());
    assertThat(entry(ControlKind.ISSUER, "acme").getKeySet()).isEqualTo(issuer.getKeySet());
    done("issuer", "create", "far", "--team", team, "--jwks-url", "https://id.example.com/jwks");
    assertThat(done("issuer", "list").out()).contains(name, "acme", "https://id.example.com/jwks");
    Path secret = Files.writeString(keys.resolve("secret.jwks"), "{\"keys\":[{\"d\":\"AA\"}]}");
    Result wrong = admin("issuer", "create", "x", "--team", team, "--jwks", secret.toString());
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("a secret key").doesNotContain("\tat ");
    assertThat(wrong.out()).isEmpty();

    done("issuer", "delete", name);
    assertThat(entries("issuer/" + name).getLast().value()).isNull();
    assertRefused(
        new String[] {"issuer", "delete", name},
        "issuer: " + name + " (expected: one that has been entered)");
    assertThat(audit("issuer/" + name))
        .extracting(AuditEntry::getWhat)
        .containsExactly(
            "issuer create: team " + team + ", apps all, keys kept",
            "issuer delete: team " + team + ", apps all");
  }

  @Test
  void the_first_administrator_is_made_once_and_kept_as_a_hash() throws Exception {
    Result first = init("--name", "Eve");
    assertThat(first.exitCode()).as(first::toString).isZero();
    String secret = first.out().strip();
    String id = first.value("id");
    assertThat(secret).matches("tad_" + id + "_[A-Za-z0-9_-]{43}");
    Administrator kept = entry(ControlKind.ADMINISTRATOR, id);
    assertThat(kept.getName()).isEqualTo("Eve");
    assertThat(kept.getHash())
        .isEqualTo(
            ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(UTF_8))));

    Result second = init();
    assertThat(second.exitCode()).isEqualTo(1);
    assertThat(second.out()).isEmpty();
    assertThat(second.err()).contains("already: " + id, "--another");
    String other = init("--another").value("id");
    assertThat(done("administrator", "list").out()).contains(id, "Eve", other);

    done("administrator", "revoke", other);
    done("administrator", "expire", id, "--after", "0s");
    assertThat(done("administrator", "list").out()).contains(id, "(expired)").doesNotContain(other);
    Result afterwards = init();
    assertThat(afterwards.exitCode()).as("nobody is in force").isZero();
    assertThat(audit("administrator/" + id))
        .extracting(AuditEntry::getWhat)
        .first()
        .isEqualTo("administrator create: name Eve, role admin");
    assertKeptNowhere(secret.substring(secret.length() - 43).getBytes(UTF_8));
  }

  @Test
  void an_administrator_who_may_only_read_is_made_by_a_role() throws Exception {
    String id = init("--another", "--name", "Wallboard", "--role", "read").value("id");

    assertThat(entry(ControlKind.ADMINISTRATOR, id).getRole()).isEqualTo("read");
    assertThat(done("administrator", "list").out()).contains("name Wallboard, role read");
    done("administrator", "revoke", id);
    Result refused = init("--another", "--role", "owner");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("'owner' (expected: admin or read)");
  }

  /** Whose registry is down for days can shut somebody out nevertheless. */
  @Test
  void what_shuts_somebody_out_can_do_without_the_schema_registry() throws Exception {
    String team = done("team", "create", "Outage").value("team");
    String kid = done("key", "create", "--team", team, keys.toString()).value("kid");
    String id = done("api-key", "create", "--team", team).value("id");
    String administrator = init("--another").value("id");
    Path pem = Files.writeString(keys.resolve("issuer.pem"), publicPem());
    done("issuer", "create", "outage", "--team", team, "--public-key", pem.toString());
    int lines = read(LogTopics.AUDIT).size();

    for (String[] removal :
        new String[][] {
          {"key", "revoke", kid},
          {"api-key", "revoke", id},
          {"administrator", "revoke", administrator},
          {"issuer", "delete", "outage"}
        }) {
      Result removed = withoutRegistry(removal);
      assertThat(removed.exitCode()).as(removed::toString).isZero();
      assertThat(removed.err()).contains("no line in tidings.audit");
      assertThat(withoutRegistry(removal).err()).contains(removal[2] + " (expected: ");
    }

    for (String entry :
        List.of(
            "provider-key/" + kid,
            "api-key/" + id,
            "administrator/" + administrator,
            "issuer/outage")) {
      ConsumerRecord<byte[], byte[]> last = entries(entry).getLast();
      assertThat(last.value()).as(entry).isNull();
      assertThat(Arrays.stream(last.headers().toArray()).map(Header::key))
          .containsExactlyInAnyOrder("tidings-at", "tidings-who", "tidings-what", "tidings-from");
      assertThat(new String(last.headers().lastHeader("tidings-who").value(), UTF_8))
          .startsWith(System.getProperty("user.name") + "@");
    }
    assertThat(read(LogTopics.AUDIT)).hasSize(lines);
  }

  private Result withoutRegistry(String... arguments) {
    return run(
        "admin",
        arguments[0],
        arguments[1],
        arguments[2],
        "--without-registry",
        "--bootstrap-servers",
        stack.bootstrapServers(),
        "--schema-registry-url",
        "http://127.0.0.1:1");
  }

  private Result init(String... more) {
    return run(
        with(
            new String[] {
              "admin",
              "init",
              "--bootstrap-servers",
              stack.bootstrapServers(),
              "--schema-registry-url",
              stack.registryUrl()
            },
            more));
  }

  @Test
  void the_keys_of_a_closed_stack_are_made_as_an_administrator_makes_them_and_stay()
      throws Exception {
    ProviderFiles made = keepFiles();

    for (Path file : List.of(made.providerKey(), made.apiKey())) {
      assertThat(Files.getPosixFilePermissions(file))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
    String kid = made.providerKey().getFileName().toString().replaceAll("AuthKey_|\\.p8", "");
    ProviderKey key = entry(ControlKind.PROVIDER_KEY, kid);
    assertThat(key.getTeam()).isEqualTo(made.team());
    assertThat(fits(Files.readString(made.providerKey()), key)).isTrue();
    assertThat(audit("provider-key/" + kid))
        .singleElement()
        .satisfies(line -> assertThat(line.getWho()).isEqualTo("a test"));
    assertThat(audit("app/com.example.closed")).hasSize(1);
    String secret = Files.readString(made.apiKey()).strip();
    assertKeptNowhere(secret.getBytes(UTF_8));

    assertThat(keepFiles()).isEqualTo(made);
    assertThat(made.apiKey()).hasContent(secret);
    assertThat(audit("provider-key/" + kid)).hasSize(1);

    done("key", "revoke", kid);
    done("api-key", "revoke", secret.split("_", -1)[1]);
    ProviderFiles successors = keepFiles();

    assertThat(successors.providerKey()).isNotEqualTo(made.providerKey()).exists();
    assertThat(made.providerKey()).doesNotExist();
    assertThat(Files.readString(successors.apiKey()).strip()).isNotEqualTo(secret);
  }

  private ProviderFiles keepFiles() throws Exception {
    try (Administration admin = ClosedStack.administration(stack, TopicNames.PLAIN, "a test")) {
      return ProviderFiles.keep(admin, keys, List.of("com.example.closed"), Instant.now());
    }
  }

  @Test
  void what_is_not_there_is_refused_and_nothing_is_written() throws Exception {
    String team = done("team", "create", "Alone").value("team");
    String other = done("team", "create", "Other").value("team");
    done("app", "add", "com.example.alone", "--team", team);
    int written = entries("").size();

    assertRefused(
        new String[] {"team", "create", "Twice", "--id", team},
        "id: " + team + " (expected: an id that no team has yet)");
    assertRefused(
        new String[] {"app", "add", "com.example.new", "--team", "NOSUCHTEAM"},
        "team: NOSUCHTEAM (expected: the id of a team");
    assertRefused(
        new String[] {"app", "add", "com.example.alone", "--team", other},
        "app: com.example.alone (expected: an app that no other team has");
    assertRefused(
        new String[] {"app", "remove", "com.example.new"},
        "app: com.example.new (expected: an app");
    assertRefused(
        new String[] {
          "key", "create", "--team", other, "--apps", "com.example.alone", keys.toString()
        },
        "apps: com.example.alone (expected: apps of team " + other);
    assertRefused(
        new String[] {"api-key", "expire", "NOSUCHKEY0", "--after", "1h"},
        "id: NOSUCHKEY0 (expected: the id of");
    assertRefused(
        new String[] {"team", "list", "--topic-prefix", "other."},
        "other.tidings.control: there is no such topic");

    assertThat(keys).isEmptyDirectory();
    assertThat(entries("")).hasSize(written);
  }

  private Result done(String... arguments) {
    Result result = admin(arguments);
    assertThat(result.exitCode()).as(() -> String.join(" ", arguments) + result).isZero();
    return result;
  }

  private void assertRefused(String[] arguments, String why) {
    Result result = admin(arguments);
    assertThat(result.exitCode()).as(() -> String.join(" ", arguments) + result).isEqualTo(1);
    assertThat(result.err()).contains(why).doesNotContain("\tat ");
    assertThat(result.out()).isEmpty();
  }

  private Result admin(String... arguments) {
    List<String> all = new ArrayList<>(List.of("admin", arguments[0], arguments[1]));
    all.addAll(List.of("--bootstrap-servers", stack.bootstrapServers()));
    all.addAll(List.of("--schema-registry-url", stack.registryUrl()));
    all.addAll(Arrays.asList(arguments).subList(2, arguments.length));
    return run(all.toArray(String[]::new));
  }

  private static Result run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exitCode =
        Tidings.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
            .execute(arguments);
    return new Result(exitCode, out.toString(), err.toString());
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new);
  }

  private <E extends SpecificRecord> E entry(ControlKind<E> kind, String name) {
    String key = new String(ControlKey.of(kind, name).bytes(), UTF_8);
    return new AvroDeserializer<>(registry, kind.type()).read(entries(key).getLast().value());
  }

  private List<ConsumerRecord<byte[], byte[]>> entries(String keyPrefix) {
    return read(LogTopics.CONTROL).stream()
        .filter(record -> new String(record.key(), UTF_8).startsWith(keyPrefix))
        .toList();
  }

  private List<AuditEntry> audit(String entry) {
    AvroDeserializer<AuditEntry> deserializer = new AvroDeserializer<>(registry, AuditEntry.class);
    return read(LogTopics.AUDIT).stream()
        .map(record -> deserializer.read(record.value()))
        .filter(line -> line.getEntry().equals(entry))
        .toList();
  }

  private List<ConsumerRecord<byte[], byte[]>> read(LogTopic<?> topic) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", stack.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition only = new TopicPartition(topic.name(), 0);
      consumer.assign(List.of(only));
      consumer.seekToBeginning(List.of(only));
      long end = consumer.endOffsets(List.of(only)).get(only);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (consumer.position(only) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  private void assertKeptNowhere(byte[]... secrets) {
    List<String> kept =
        Stream.concat(read(LogTopics.CONTROL).stream(), read(LogTopics.AUDIT).stream())
            .filter(record -> record.value() != null)
            .map(record -> latin(record.value()))
            .toList();
    assertThat(kept).isNotEmpty();
    for (byte[] secret : secrets) {
      assertThat(kept).noneMatch(value -> value.contains(latin(secret)));
    }
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  /** The last bytes of the private number, without those that a short one lacks. */
  private static byte[] secretOf(String pem) throws Exception {
    byte[] number = ((ECPrivateKey) privateKey(pem)).getS().toByteArray();
    return Arrays.copyOfRange(number, Math.max(0, number.length - 24), number.length);
  }

  private static PrivateKey privateKey(String pem) throws Exception {
    String base64 = pem.replaceAll("-----.*-----", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
  }

  private static boolean fits(String pem, ProviderKey key) throws Exception {
    Signature signing = Signature.getInstance("SHA256withECDSA");
    signing.initSign(privateKey(pem));
    signing.update(pem.getBytes(UTF_8));
    byte[] signature = signing.sign();
    ByteBuffer der = key.getPublicKey().duplicate();
    byte[] bytes = new byte[der.remaining()];
    der.get(bytes);
    Signature checking = Signature.getInstance("SHA256withECDSA");
    checking.initVerify(KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(bytes)));
    checking.update(pem.getBytes(UTF_8));
    return checking.verify(signature);
  }

  private static String publicPem() throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    byte[] der = generator.generateKeyPair().getPublic().getEncoded();
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END PUBLIC KEY-----\n";
  }
}
