package dev.tidings.schemas.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Quiet hours and local times, on ordinary days and when clocks are changed.
 *
 * <p>Shows G141 of docs/guarantees.md.
 */
class DeviceClockTest {
  private static String endOf(String quiet, String now, String zone) {
    return QuietHours.parse(quiet)
        .endOf(Instant.parse(now).toEpochMilli(), ZoneId.of(zone))
        .stream()
        .mapToObj(end -> Instant.ofEpochMilli(end).toString())
        .findFirst()
        .orElse("none");
  }

  @ParameterizedTest
  @CsvSource({
    "22:00-07:00, 2026-11-30T20:59:59.999Z, Europe/Berlin, none",
    "22:00-07:00, 2026-11-30T21:00:00Z,     Europe/Berlin, 2026-12-01T06:00:00Z",
    "22:00-07:00, 2026-12-01T03:00:00Z,     Europe/Berlin, 2026-12-01T06:00:00Z",
    "22:00-07:00, 2026-12-01T05:59:59.999Z, Europe/Berlin, 2026-12-01T06:00:00Z",
    "22:00-07:00, 2026-12-01T06:00:00Z,     Europe/Berlin, none",
    "12:00-14:00, 2026-12-01T12:30:00Z,     UTC,           2026-12-01T14:00:00Z",
    "12:00-14:00, 2026-12-01T14:00:00Z,     UTC,           none",
    "12:00-14:00, 2026-12-01T11:59:00Z,     UTC,           none",
    "00:00-23:59, 2026-12-01T23:59:30Z,     UTC,           none",
    "22:00-00:00, 2026-12-01T23:00:00Z,     UTC,           2026-12-02T00:00:00Z",
    "22:00-07:00, 2026-12-01T17:30:00Z,     GMT+05:30,     2026-12-02T01:30:00Z"
  })
  void quiet_hours_last_from_the_one_time_until_before_the_other(
      String quiet, String now, String zone, String end) {
    assertThat(endOf(quiet, now, zone)).isEqualTo(end);
  }

  @ParameterizedTest
  @CsvSource({
    // 02:00 becomes 03:00: the clock never shows 02:30, and is past it at 03:00.
    "22:00-02:30, 2027-03-28T00:30:00Z, Europe/Berlin, 2027-03-28T01:00:00Z",
    "22:00-07:00, 2027-03-27T22:00:00Z, Europe/Berlin, 2027-03-28T05:00:00Z",
    // 03:00 becomes 02:00: it shows 02:30 twice, and between them it is before 02:30 again.
    "22:00-02:30, 2027-10-31T00:10:00Z, Europe/Berlin, 2027-10-31T00:30:00Z",
    "22:00-02:30, 2027-10-31T00:40:00Z, Europe/Berlin, none",
    "22:00-02:30, 2027-10-31T01:10:00Z, Europe/Berlin, 2027-10-31T01:30:00Z",
    "02:35-02:20, 2027-10-31T00:40:00Z, Europe/Berlin, 2027-10-31T01:20:00Z",
    "22:00-07:00, 2027-10-30T21:00:00Z, Europe/Berlin, 2027-10-31T06:00:00Z"
  })
  void they_end_when_the_clock_is_outside_them_whatever_daylight_saving_does(
      String quiet, String now, String zone, String end) {
    assertThat(endOf(quiet, now, zone)).isEqualTo(end);
  }

  @Test
  void their_end_is_ahead_within_two_days_and_outside_them_in_every_zone() {
    Random random = new Random(7);
    List<String> zones = List.of(TimeZone.getAvailableIDs());
    long from = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    for (int i = 0; i < 20_000; i++) {
      ZoneId zone = TimeZone.getTimeZone(zones.get(random.nextInt(zones.size()))).toZoneId();
      String begin = "%02d:%02d".formatted(random.nextInt(24), random.nextInt(60));
      QuietHours quiet = QuietHours.parse(begin + "-" + other(begin, random));
      long now = from + (long) (random.nextDouble() * 2 * 366 * 86_400_000L);
      quiet
          .endOf(now, zone)
          .ifPresent(end -> {
            assertThat(end).isGreaterThan(now).isLessThan(now + 2 * 86_400_000L);
            assertThat(quiet.endOf(end, zone).isPresent())
                .as("%s in %s at %s", quiet, zone, Instant.ofEpochMilli(now))
                .isEqualTo(isSkipped(quiet, end, zone));
          });
    }
  }

  private static String other(String begin, Random random) {
    String end = "%02d:%02d".formatted(random.nextInt(24), random.nextInt(60));
    return end.equals(begin) ? (begin.equals("00:00") ? "00:01" : "00:00") : end;
  }

  /** Where the clock jumps over their end and their next beginning at once. */
  private static boolean isSkipped(QuietHours quiet, long end, ZoneId zone) {
    java.time.zone.ZoneOffsetTransition change =
        zone.getRules().previousTransition(Instant.ofEpochMilli(end + 1));
    return change != null
        && change.getInstant().toEpochMilli() == end
        && change.isGap()
        && quiet.endOf(end, zone).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "22:00",
        "22:00-22:00",
        "24:00-07:00",
        "22:60-07:00",
        "22-07",
        "22:00-7:00",
        "22:00 - 07:00",
        "22:00-07:00:00",
        "-",
        ":::::-:::::"
      })
  void what_are_no_quiet_hours_is_refused(String text) {
    assertThatThrownBy(() -> QuietHours.parse(text))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageStartingWith("quietHours: ");
  }

  @Test
  void quiet_hours_are_written_as_they_are_read() {
    assertThat(QuietHours.parse("22:00-07:05").toField()).isEqualTo("22:00-07:05");
  }

  private static String at(String local, String zone) {
    return Instant.ofEpochMilli(LocalDeliveryTime.parse("t", local).in(ZoneId.of(zone)).millis())
        .toString();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-12-24T18:00,    Europe/Berlin,    2026-12-24T17:00:00Z",
    "2026-12-24T18:00:30, America/New_York, 2026-12-24T23:00:30Z",
    "2026-12-24T18:00,    UTC,              2026-12-24T18:00:00Z",
    // Not on the clock: as much later as it skips.
    "2027-03-28T02:30,    Europe/Berlin,    2027-03-28T01:30:00Z",
    // Twice on the clock: the first.
    "2027-10-31T02:30,    Europe/Berlin,    2027-10-31T00:30:00Z"
  })
  void a_local_time_is_one_instant_of_its_zone(String local, String zone, String instant) {
    assertThat(at(local, zone)).isEqualTo(instant);
  }

  @Test
  void it_comes_last_twelve_hours_behind_utc() {
    assertThat(LocalDeliveryTime.parse("t", "2026-12-24T18:00").latest().millis())
        .isEqualTo(Instant.parse("2026-12-25T06:00:00Z").toEpochMilli());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-12-24",
        "2026-12-24T18",
        "2026-12-24T18:00Z",
        "2026-12-24T18:00+01:00",
        "2026-02-30T18:00",
        "2026-12-24T24:00",
        "2026-12-24T18:00:00.5",
        "+12026-12-24T18:00",
        "2026-12-24 18:00",
        "18:00"
      })
  void what_is_no_local_time_is_refused(String text) {
    assertThatThrownBy(() -> LocalDeliveryTime.parse("deliverAt.local", text))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageStartingWith("deliverAt.local: ");
  }
}
