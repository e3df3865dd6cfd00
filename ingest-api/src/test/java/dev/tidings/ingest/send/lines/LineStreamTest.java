package dev.tidings.ingest.send.lines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.auth.Apps;
import dev.tidings.auth.provider.ProviderDecision;
import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.auth.provider.ProviderStanding;
import dev.tidings.http.BodyWriter;
import dev.tidings.http.body.SharedMemory;
import dev.tidings.ingest.limit.LimitRules;
import dev.tidings.ingest.send.NotificationReader;
import dev.tidings.ingest.send.Refusal;
import dev.tidings.ingest.send.SendAnswers;
import dev.tidings.ingest.send.SendBench;
import dev.tidings.ingest.send.SendResult;
import dev.tidings.ingest.send.SendScope;
import dev.tidings.net.limit.Rate;
import dev.tidings.schemas.avro.Notification;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Many notifications in one request, and the lines that answer them.
 *
 * <p>Shows G7 and G140 of docs/guarantees.md.
 */
class LineStreamTest {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

  private SendBench bench = new SendBench(LimitRules.Fixed.NONE);
  private SharedMemory memory = new SharedMemory(bench.bodies);
  private final AtomicLong now = new AtomicLong();
  private final List<Runnable> later = new ArrayList<>();
  private final Out out = new Out();
  private LineStream stream = stream();
  private long consumed;

  /** A client's end: the loop of its connection, and what it has room for. */
  private final class Out implements BodyWriter {
    private final StringBuilder text = new StringBuilder();
    private boolean reads = true;
    private boolean ended;
    private boolean woken;

    @Override
    public boolean isWritable() {
      return reads && !ended;
    }

    @Override
    public boolean write(byte[] part) {
      assertThat(isWritable()).isTrue();
      assertThat(part.length).isBetween(1, MAX_PART_BYTES);
      text.append(new String(part, UTF_8));
      return isWritable();
    }

    @Override
    public void end() {
      ended = true;
    }

    @Override
    public void end(byte[] last) {
      text.append(new String(last, UTF_8));
      ended = true;
    }

    @Override
    public void wake() {
      woken = true;
    }
  }

  private final class Client extends SendBench.Client {
    private final long address;

    private Client(long address) {
      bench.super();
      this.address = address;
    }

    @Override
    public long client() {
      return address;
    }

    @Override
    public void consumed(int bytes) {
      consumed += bytes;
    }
  }

  private LineStream stream() {
    return stream(1, SendScope.ANYBODY, null);
  }

  private LineStream stream(long address, SendScope scope, @Nullable ProviderStanding standing) {
    Later timer =
        (task, nanos) -> {
          assertThat(nanos).isEqualTo(PATIENCE);
          later.add(task);
          return () -> later.remove(task);
        };
    return new LineStream(
        new LineStream.Means(bench.desk, memory, now::get, PATIENCE, timer),
        bench.desk::check,
        new LineCredential(scope, standing, now.get()),
        new Client(address));
  }

  private void replace(SendBench other) {
    bench.close();
    bench = other;
    memory = new SharedMemory(other.bodies);
    stream = stream();
  }

  @AfterEach
  void close() {
    bench.close();
  }

  /** Does what the loop does when it was woken. */
  private void run() {
    while (out.woken && out.isWritable()) {
      out.woken = false;
      stream.produce(out);
    }
  }

  private void begin() {
    stream.produce(out);
  }

  private void send(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    stream.part(Unpooled.wrappedBuffer(bytes), false);
    run();
  }

  private void end() {
    stream.end();
    run();
  }

  private List<JsonNode> answers() {
    ObjectMapper mapper = new ObjectMapper();
    return out.text
        .toString()
        .lines()
        .map(line -> {
          try {
            return mapper.readTree(line);
          } catch (java.io.IOException e) {
            throw new AssertionError(line, e);
          }
        })
        .toList();
  }

  private List<Integer> statuses() {
    return answers().stream().map(each -> each.get("status").asInt()).toList();
  }

  private List<Integer> numbers() {
    return answers().stream().map(each -> each.path("line").asInt()).toList();
  }

  private static String line(int n) {
    return SendBench.json("phone", ",\"collapseId\":\"" + n + "\"") + "\n";
  }

  private static String lines(int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append(line(i));
    }
    return lines.toString();
  }

  private List<String> sent() {
    return bench.sent().stream().map(Notification::getCollapseId).map(String::valueOf).toList();
  }

  private static final String ID = "0f0e0d0c-0b0a-4908-8706-050403020100";

  private static String named(int n) {
    String id = ID.substring(0, 34) + "%02d".formatted(n);
    return SendBench.json("phone", ",\"id\":\"" + id + "\",\"collapseId\":\"" + n + "\"") + "\n";
  }

  @Test
  void a_line_that_comes_again_is_answered_as_before_and_another_one_with_its_id_is_a_conflict() {
    begin();
    send(named(1) + named(1) + named(1).replace("\"n\": 1", "\"n\": 2"));
    bench.now = SendBench.NOW.plusSeconds(60);
    send(named(1));
    end();

    assertThat(statuses()).containsExactly(202, 202, 409, 202);
    assertThat(answers().get(2).at("/problem/errors/0/field").asText()).isEqualTo("id");
    assertThat(answers().get(3).get("acceptedAt")).isEqualTo(answers().get(0).get("acceptedAt"));
    assertThat(sent()).containsExactly("1");
  }

  @Test
  void lines_that_are_asked_for_in_the_log_are_given_to_it_in_their_order() {
    bench.asked = new ArrayDeque<>();
    begin();
    send(named(1) + named(2) + line(3) + named(4));
    assertThat(sent()).isEmpty();

    bench.asked.removeLast().run();
    run();
    assertThat(sent()).isEmpty();
    bench.asked.removeFirst().run();
    run();
    assertThat(sent()).containsExactly("1");
    bench.asked.removeFirst().run();
    run();

    assertThat(sent()).containsExactly("1", "2", "3", "4");
    end();
    assertThat(numbers()).containsExactly(1, 2, 3, 4);
    assertThat(out.ended).isTrue();
    assertThat(bench.bodies.taken()).isZero();
  }

  @Test
  void lines_are_given_to_the_log_though_the_client_reads_no_answers() {
    bench.asked = new ArrayDeque<>();
    begin();
    send(named(1) + named(2));
    out.reads = false;

    bench.asked.removeFirst().run();
    bench.asked.removeFirst().run();
    assertThat(sent()).containsExactly("1", "2");

    out.reads = true;
    end();
    assertThat(statuses()).containsExactly(202, 202);
    assertThat(bench.bodies.taken()).isZero();
  }

  @Test
  void a_line_that_waits_for_the_same_one_on_its_way_holds_no_other_back() {
    replace(new SendBench(LimitRules.Fixed.NONE, 10, false));
    begin();
    send(named(1) + named(1) + named(2) + line(3));

    assertThat(sent()).containsExactly("1", "2", "3");
    assertThat(bench.inFlight.count()).isEqualTo(3);
    bench.producer.completeNext();
    bench.producer.completeNext();
    bench.producer.completeNext();
    run();
    end();
    assertThat(statuses()).containsExactly(202, 202, 202, 202);
    assertThat(bench.inFlight.count()).isZero();
    assertThat(bench.bodies.taken()).isZero();
  }

  @Test
  void a_line_that_is_asked_about_has_a_place_and_the_next_one_waits_for_it() {
    replace(new SendBench(LimitRules.Fixed.NONE, 1, true));
    bench.asked = new ArrayDeque<>();
    begin();
    send(named(1) + named(2));
    assertThat(bench.questions).isEqualTo(1);
    assertThat(bench.lines.count()).isEqualTo(1);

    bench.asked.removeFirst().run();
    run();
    assertThat(bench.questions).isEqualTo(2);
    bench.asked.removeFirst().run();
    run();
    end();

    assertThat(sent()).containsExactly("1", "2");
    assertThat(statuses()).containsExactly(202, 202);
    assertThat(bench.inFlight.count()).isZero();
    assertThat(bench.bodies.taken()).isZero();
  }

  @Test
  void a_client_that_goes_away_leaves_nobody_waiting_for_its_lines_which_are_not_sent() {
    bench.asked = new ArrayDeque<>();
    begin();
    send(named(1) + named(2) + named(3));
    bench.asked.removeFirst().run();
    stream.cancelled();
    assertThat(bench.inFlight.count()).isZero();
    bench.asked.forEach(Runnable::run);
    assertThat(bench.bodies.taken()).isZero();
    assertThat(sent()).containsExactly("1");

    bench.asked = null;
    stream = stream();
    out.woken = false;
    begin();
    send(named(1) + named(2));
    assertThat(statuses()).containsExactly(202, 202);
    assertThat(sent()).containsExactly("1", "2");
  }

  @Test
  void each_line_is_answered_in_order_while_more_are_sent() {
    begin();
    send(line(0) + line(1).substring(0, 20));
    assertThat(statuses()).containsExactly(202);
    assertThat(answers().getFirst().get("token").asText())
        .isEqualTo(SendBench.token("phone").hex());
    assertThat(answers().getFirst().get("acceptedAt").asText()).startsWith("2026-11-29T12:00:00");

    send(line(1).substring(20));
    assertThat(numbers()).containsExactly(1, 2);
    assertThat(out.ended).isFalse();
    end();
    assertThat(out.ended).isTrue();
    assertThat(sent()).containsExactly("0", "1");
    assertThat(bench.bodies.taken()).isZero();
    assertThat(bench.meters.get("tidings.ingest.accept.latency").timer().count()).isEqualTo(2);
  }

  @Test
  void a_broadcast_is_answered_in_its_line_and_one_that_is_refused_stops_no_other() {
    String broadcast =
        "{\"target\":{\"topic\":\"goals\"},\"app\":\"com.example.news\",\"payload\":{}}\n";
    begin();
    send(line(0) + broadcast + broadcast.replace("goals", "a b") + line(1));
    end();

    assertThat(statuses()).containsExactly(202, 202, 400, 202);
    JsonNode answer = answers().get(1);
    assertThat(answer.get("broadcast").asText())
        .isEqualTo("/v1/broadcasts/" + answer.get("id").asText());
    assertThat(bench.broadcasts.sent).hasSize(1);
    assertThat(bench.bodies.taken()).isZero();

    // Of one app there may be 3 at a time.
    stream = stream();
    out.ended = false;
    begin();
    send(broadcast.repeat(6));
    end();
    assertThat(statuses().subList(4, 10)).contains(429);
    assertThat(answers().getLast().get("problem").get("limit").asText()).isEqualTo("broadcasts");
    assertThat(bench.bodies.taken()).isZero();
  }

  @Test
  void wherever_the_parts_end_the_lines_are_the_same() {
    byte[] all = ("\r\n" + lines(3) + "\n \t\n" + line(3).strip()).getBytes(UTF_8);
    for (int size = 1; size < 40; size++) {
      stream = stream();
      out.ended = false;
      out.text.setLength(0);
      begin();
      for (int from = 0; from < all.length; from += size) {
        stream.part(Unpooled.wrappedBuffer(all, from, Math.min(size, all.length - from)), false);
        run();
      }
      end();
      assertThat(numbers()).as("parts of %s", size).containsExactly(2, 3, 4, 7);
      assertThat(statuses()).containsOnly(202);
      assertThat(out.ended).isTrue();
      assertThat(bench.bodies.taken()).isZero();
    }
  }

  @Test
  void a_line_that_is_wrong_stops_no_other() {
    begin();
    send(
        line(0)
            + "nonsense\n"
            + SendBench.json("lost", ",\"id\":\"0f0e0d0c-0b0a-4908-8706-050403020100\"")
            + "\n"
            + SendBench.json("phone", ",\"ttl\":-1")
            + "\n"
            + SendBench.json("phone", ",\"dryRun\":true")
            + "\n"
            + line(1));
    end();

    assertThat(statuses()).containsExactly(202, 400, 410, 400, 200, 202);
    assertThat(numbers()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(answers().get(2).get("id").asText()).startsWith("0f0e0d0c");
    assertThat(answers().get(2).get("problem").get("since").asText()).startsWith("2023");
    assertThat(answers().get(3).get("problem").get("errors").get(0).get("field").asText())
        .isEqualTo("ttl");
    assertThat(sent()).containsExactly("0", "1");
    assertThat(bench.refused(400)).isEqualTo(2);
  }

  @Test
  void of_a_line_that_is_too_long_nothing_is_kept_and_the_next_one_is_read() {
    begin();
    send(line(0));
    for (int i = 0; i < 100; i++) {
      send("x".repeat(10_000));
      assertThat(bench.bodies.taken()).isLessThan(40_000);
    }
    send("\n" + line(1));
    send("y".repeat(20_000));
    end();

    assertThat(statuses()).containsExactly(202, 413, 202, 413);
    assertThat(numbers()).containsExactly(1, 2, 3, 4);
    assertThat(bench.bodies.taken()).isZero();
  }

  @Test
  void a_line_may_be_as_long_as_a_request_of_its_own() {
    begin();
    String line = line(0).strip();
    String padded = line + " ".repeat(NotificationReader.MAX_BYTES - line.length());
    send(padded + "\r\n" + padded + " \n" + padded);
    end();

    assertThat(statuses()).containsExactly(202, 413, 202);
  }

  @Test
  void answers_wait_for_those_before_them() {
    replace(new SendBench(LimitRules.Fixed.NONE, 1_000, false));
    begin();
    send(line(0) + "nonsense\n" + line(2));
    assertThat(answers()).isEmpty();

    bench.producer.completeNext();
    run();
    assertThat(statuses()).containsExactly(202, 400);
    bench.producer.errorNext(new TimeoutException("too late"));
    run();
    assertThat(statuses()).containsExactly(202, 400, 503);
    assertThat(answers().getLast().get("problem").get("retryAfter").asInt()).isEqualTo(1);
  }

  @Test
  void one_that_is_known_before_those_in_front_of_it_wakes_nobody() {
    replace(new SendBench(LimitRules.Fixed.NONE, 1_000, false));
    LineAnswers answers = new LineAnswers(memory.open(2), bench.desk.meters());
    List<LineAnswer> woken = new ArrayList<>();
    LineAnswer first = LineAnswer.awaited(1, answer -> wakeIfFirst(answers, answer, woken));
    LineAnswer second = LineAnswer.awaited(2, answer -> wakeIfFirst(answers, answer, woken));
    LineAnswer third = LineAnswer.awaited(3, answer -> wakeIfFirst(answers, answer, woken));
    answers.reserve();
    answers.add(first);
    answers.reserve();
    answers.add(second);
    answers.reserve();
    answers.add(third);

    second.given(unavailable());
    assertThat(woken).isEmpty();
    first.given(unavailable());
    assertThat(woken).containsExactly(first);
    answers.write(out);
    assertThat(answers()).hasSize(2);
    third.given(unavailable());
    assertThat(woken).containsExactly(first, third);
  }

  private static void wakeIfFirst(LineAnswers answers, LineAnswer answer, List<LineAnswer> woken) {
    if (answers.isFirst(answer)) {
      woken.add(answer);
    }
  }

  private static SendResult unavailable() {
    return new SendResult.Refused(Refusal.noMemory(null));
  }

  @Test
  void no_more_is_read_than_the_log_has_acknowledged() {
    replace(new SendBench(LimitRules.Fixed.NONE, 100_000, false));
    begin();
    String some = lines(100);
    for (int i = 0; i < 10; i++) {
      send(some);
    }
    long all = 10L * some.length();
    assertThat(bench.producer.history()).hasSize(LineAnswers.MAX);
    assertThat(all - consumed).isEqualTo(left(some));

    while (bench.producer.completeNext()) {
      run();
    }
    assertThat(statuses()).hasSize(1_000).containsOnly(202);
    assertThat(consumed).isEqualTo(all);
    end();
    assertThat(out.ended).isTrue();
  }

  private static long left(String hundred) {
    int lines = 1_000 - LineAnswers.MAX;
    int whole = lines / 100;
    return (long) whole * hundred.length()
        + lines(100).length()
        - lines(100 - lines % 100).length();
  }

  @Test
  void a_client_that_does_not_read_is_not_read() {
    begin();
    out.reads = false;
    for (int i = 0; i < 20; i++) {
      send(lines(100));
    }
    assertThat(bench.producer.history()).hasSize(LineAnswers.MAX);
    assertThat(consumed).isLessThan(700L * line(0).length());
    assertThat(heldBack()).isEqualTo(1);

    out.reads = true;
    stream.produce(out);
    run();
    assertThat(statuses()).hasSize(2_000).containsOnly(202);
    assertThat(heldBack()).isGreaterThanOrEqualTo(1);
    end();
    assertThat(out.ended).isTrue();
    assertThat(bench.bodies.taken()).isZero();
  }

  private double heldBack() {
    return bench.meters.get("tidings.ingest.lines.held").counter().count();
  }

  /** A line that is wrong in as many ways as are told, and in characters that are escaped. */
  private static String wrong() {
    StringBuilder line = new StringBuilder("{");
    for (int i = 0; i < 30; i++) {
      line.append('"').append("\u00e9".repeat(100)).append(i).append("\":1,");
    }
    return line + "\"ttl\":-1}\n";
  }

  @Test
  void however_many_requests_a_client_does_not_read_their_answers_leave_memory_to_others() {
    String some = wrong().repeat(8);
    List<LineStream> unread = new ArrayList<>(List.of(stream));
    for (int i = 0; i < 300; i++) {
      LineStream next = stream();
      for (int j = 0; j < 10; j++) {
        next.part(Unpooled.wrappedBuffer(some.getBytes(UTF_8)), false);
      }
      unread.add(next);
    }
    assertThat(bench.bodies.taken()).isLessThanOrEqualTo(8 << 20);
    int answer = SendAnswers.line(1, new SendResult.Refused(refusal(wrong()))).length;
    assertThat(bench.refused(400) * answer).isLessThan(8 << 20);

    stream = stream(2, SendScope.ANYBODY, null);
    begin();
    send(lines(600));
    assertThat(statuses()).hasSize(600).containsOnly(202);
    unread.forEach(LineStream::cancelled);
    end();
    assertThat(bench.bodies.taken()).isZero();
    assertThat(memory.owners()).isZero();
  }

  private Refusal refusal(String line) {
    byte[] bytes = line.getBytes(UTF_8);
    return (Refusal) bench.desk.check(bytes, 0, bytes.length - 1, SendScope.ANYBODY, 1);
  }

  @Test
  void the_answer_to_a_line_has_a_length_that_was_reckoned_with() {
    int length = SendAnswers.line(Long.MAX_VALUE, new SendResult.Refused(refusal(wrong()))).length;
    assertThat(length).isBetween(10_000, LineAnswer.MAX_BYTES - 1_000);
  }

  @Test
  void a_request_without_any_memory_ends_and_says_so() {
    replace(new SendBench(LimitRules.Fixed.NONE, 1_000, false));
    begin();
    send("the beginning");
    assertThat(bench.bodies.take((16 << 20) - 40_000)).isTrue();
    send(" and the end\n" + line(1));

    assertThat(statuses()).containsExactly(429);
    assertThat(answers().getLast().get("nextLine").asInt()).isEqualTo(1);
    assertThat(out.ended).isTrue();
    bench.bodies.give((16 << 20) - 40_000);
    assertThat(bench.bodies.taken()).isZero();
  }

  @Test
  void of_a_line_that_the_log_has_the_payload_is_not_kept() {
    replace(new SendBench(LimitRules.Fixed.NONE, 1, false));
    begin();
    String large =
        SendBench.json("phone", "").replace("\"n\": 1", "\"n\":\"" + "x".repeat(3_000) + "\"");
    send(large + "\n");
    long one = bench.bodies.taken();
    assertThat(one).isBetween(500L, 1_500L);

    send(large + "\n");
    assertThat(bench.bodies.taken()).isGreaterThan(one + 3_000);
    bench.producer.completeNext();
    run();
    assertThat(statuses()).containsExactly(202);
    assertThat(bench.bodies.taken()).isEqualTo(one);
    bench.producer.completeNext();
    run();
    end();
    assertThat(statuses()).containsExactly(202, 202);
    assertThat(bench.bodies.taken()).isZero();
  }

  @Test
  void the_client_is_waited_for_when_it_has_all_answers_and_has_the_time_of_a_request_for_a_line() {
    replace(new SendBench(LimitRules.Fixed.NONE, 1_000, false));
    begin();
    assertThat(stream.owesAnswer()).isFalse();
    long none = stream.progress();
    send(line(0).substring(0, 10));
    long begun = stream.progress();
    assertThat(begun).isNotEqualTo(none);
    send(line(0).substring(10, 20));
    assertThat(stream.progress()).isEqualTo(begun);
    send(line(0).substring(20) + "the next");
    long next = stream.progress();
    assertThat(next).isNotEqualTo(begun);
    assertThat(stream.owesAnswer()).isTrue();
    bench.producer.completeNext();
    run();
    assertThat(stream.owesAnswer()).isFalse();

    send("x".repeat(20_000));
    assertThat(stream.progress()).isEqualTo(next);
    send("x");
    assertThat(stream.progress()).isEqualTo(next);
    send("\n");
    assertThat(stream.progress()).isNotEqualTo(next);
  }

  private static SendScope scope(String app) {
    return new SendScope(
        new ProviderIdentity("TEAM000001", Apps.where(app::equals), true, "api-key/a1"));
  }

  @Test
  void a_credential_that_is_revoked_meanwhile_ends_the_request_within_a_second() {
    List<ProviderDecision> decisions = new ArrayList<>();
    SendScope scope = scope(SendBench.APP.value());
    decisions.add(new ProviderDecision.Accepted(scope.provider()));
    stream = stream(1, scope, decisions::getLast);
    begin();
    send(line(0));
    now.addAndGet(TimeUnit.SECONDS.toNanos(1));
    send(line(1));
    decisions.add(new ProviderDecision.Refused(ProviderDecision.Reason.INVALID, "it is over"));
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(999));
    send(line(2));
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
    send(lines(2));

    assertThat(statuses()).containsExactly(202, 202, 202, 401);
    JsonNode last = answers().getLast();
    assertThat(last.get("nextLine").asInt()).isEqualTo(4);
    assertThat(last.get("problem").get("detail").asText()).isEqualTo("it is over");
    assertThat(out.ended).isTrue();
    assertThat(sent()).hasSize(3);
    assertThat(bench.bodies.taken()).isZero();
  }

  @Test
  void a_credential_that_cannot_be_looked_at_ends_the_request_for_now() {
    stream =
        stream(
            1,
            scope(SendBench.APP.value()),
            () -> new ProviderDecision.Refused(ProviderDecision.Reason.UNAVAILABLE, "starting"));
    begin();
    now.addAndGet(TimeUnit.SECONDS.toNanos(1));
    send(line(0));

    assertThat(statuses()).containsExactly(503);
  }

  @Test
  void a_credential_that_gets_other_apps_has_those_within_a_second() {
    SendScope other = scope("com.example.other");
    stream =
        stream(
            1, scope(SendBench.APP.value()), () -> new ProviderDecision.Accepted(other.provider()));
    begin();
    send(line(0));
    now.addAndGet(TimeUnit.SECONDS.toNanos(1));
    send(line(1));
    end();

    assertThat(statuses()).containsExactly(202, 403);
  }

  @Test
  void lines_leave_half_of_the_places_to_others() {
    replace(new SendBench(LimitRules.Fixed.NONE, 10, 5, false));
    begin();
    send(lines(20));
    assertThat(bench.inFlight.count()).isEqualTo(5);
    assertThat(bench.inFlight.enter()).isTrue();
    bench.inFlight.leave();
    assertThat(out.woken).isFalse();

    while (bench.producer.completeNext()) {
      run();
      assertThat(bench.inFlight.count()).isLessThanOrEqualTo(5);
    }
    end();
    assertThat(statuses()).hasSize(20).containsOnly(202);
    assertThat(bench.inFlight.count()).isZero();
  }

  @Test
  void a_line_finds_the_room_that_others_have_left() {
    replace(new SendBench(LimitRules.Fixed.NONE, 1, false));
    begin();
    bench.inFlight.enter();
    send(line(0));
    assertThat(out.woken).isFalse();
    assertThat(sent()).isEmpty();
    bench.inFlight.leave();
    run();

    assertThat(sent()).containsExactly("0");
  }

  @Test
  void a_line_waits_for_room_in_the_log_and_those_behind_it_keep_their_order() {
    replace(new SendBench(LimitRules.Fixed.NONE, 2, false));
    begin();
    send(lines(5));
    assertThat(sent()).containsExactly("0", "1");
    assertThat(later).hasSize(1);
    assertThat(out.woken).isFalse();
    assertThat(answers()).isEmpty();

    for (int i = 0; i < 5; i++) {
      bench.producer.completeNext();
      run();
    }
    assertThat(sent()).containsExactly("0", "1", "2", "3", "4");
    assertThat(statuses()).hasSize(5).containsOnly(202);
    assertThat(bench.refused(429)).isZero();
    assertThat(later).isEmpty();
  }

  @Test
  void a_line_that_has_waited_too_long_is_answered_and_the_next_one_tried() {
    replace(new SendBench(LimitRules.Fixed.NONE, 1, false));
    begin();
    send(lines(3));
    later.removeFirst().run();
    run();
    assertThat(answers()).isEmpty();
    bench.producer.completeNext();
    run();
    assertThat(statuses()).containsExactly(202, 429);
    bench.producer.completeNext();
    run();
    end();
    assertThat(statuses()).containsExactly(202, 429, 202);
    assertThat(out.ended).isTrue();
  }

  @Test
  void each_line_counts_for_the_limits_and_is_told_which_it_exceeds() {
    replace(new SendBench(new LimitRules.Fixed(null, null, null, new Rate(1, 1), new Rate(4, 1))));
    begin();
    send(
        line(0)
            + line(1)
            + SendBench.json("tablet", "")
            + "\n"
            + SendBench.json("watch", "")
            + "\n"
            + "nonsense\n"
            + SendBench.json("tv", "")
            + "\n");
    end();

    assertThat(statuses()).containsExactly(202, 429, 202, 202, 400, 429);
    assertThat(answers().get(1).get("problem").get("limit").asText()).isEqualTo("token");
    assertThat(answers().get(5).get("problem").get("limit").asText()).isEqualTo("address");
  }

  @Test
  void a_client_that_goes_away_has_what_was_accepted_and_nothing_is_kept_for_it() {
    replace(new SendBench(LimitRules.Fixed.NONE, 1_000, false));
    begin();
    send(lines(600) + "the beginning of");
    stream.aborted();
    stream.cancelled();
    assertThat(memory.owners()).isZero();
    while (bench.producer.completeNext()) {
      out.woken = false;
    }

    assertThat(bench.producer.history()).hasSize(LineAnswers.MAX);
    assertThat(bench.bodies.taken()).isZero();
    assertThat(bench.inFlight.count()).isZero();
  }

  @Test
  void a_client_that_stops_sending_is_told_where() {
    begin();
    send(lines(2) + "half a li");
    stream.timedOut();
    run();

    assertThat(answers().getLast().get("problem").get("detail").asText())
        .isEqualTo("the line has not come to its end in time");
    JsonNode last = answers().getLast();
    assertThat(last.get("status").asInt()).isEqualTo(408);
    assertThat(last.has("line")).isFalse();
    assertThat(last.get("nextLine").asInt()).isEqualTo(3);
    assertThat(out.ended).isTrue();
    assertThat(bench.refused(408)).isEqualTo(1);
  }

  @Test
  void a_node_that_stops_answers_what_it_has_read_and_tells_where_to_go_on() {
    replace(new SendBench(LimitRules.Fixed.NONE, 1_000, false));
    begin();
    send(lines(2));
    stream.draining(out);
    send(lines(5));
    assertThat(out.ended).isFalse();
    bench.producer.completeNext();
    bench.producer.completeNext();
    run();

    assertThat(statuses()).containsExactly(202, 202, 503);
    assertThat(answers().getLast().get("nextLine").asInt()).isEqualTo(3);
    assertThat(out.ended).isTrue();
    assertThat(sent()).containsExactly("0", "1");
  }

  @Test
  void an_empty_request_has_an_empty_answer() {
    begin();
    end();
    assertThat(out.ended).isTrue();
    assertThat(out.text).isEmpty();
  }
}
