package dev.tidings.node.settings;

import dev.tidings.node.replay.ReplayRules;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.Setting;
import dev.tidings.service.config.Settings;
import java.time.Duration;

/** The settings of what devices are sent again because they ask for it. */
public final class ReplaySettings {
  static final Setting<Integer> MOST =
      Setting.integer(
          "replay.max",
          256,
          1,
          100_000,
          "Most replays at a time, with those that wait for their turn; each may hold 128 KiB, and"
              + " 300 KiB of what was withdrawn. A device that asks for one more is told to try"
              + " again. An eighth as many more, each in one partition and with up to 10 MB, are"
              + " for what providers have ordered, which waits.");
  static final Setting<Integer> READERS =
      Setting.integer(
          "replay.readers", 2, 1, 16, "How many replays read the log at the same moment.");
  static final Setting<Long> READ_RATE =
      Setting.bytes(
          "replay.read.rate",
          8L << 20,
          64L << 10,
          1L << 40,
          "What all replays together read of the log in a second, on average. A replay reads its"
              + " device's whole partition, from the beginning of the span.");
  static final Setting<Integer> RATE =
      Setting.integer(
          "replay.rate",
          200,
          1,
          100_000,
          "How many notifications a second a replay sends to its device, on average.");
  static final Setting<Duration> PATIENCE =
      Setting.duration(
          "replay.patience",
          Duration.ofMinutes(1),
          Duration.ofSeconds(1),
          Duration.ofDays(1),
          "After which a replay ends whose device takes nothing.");

  static final Setting<Duration> WAIT =
      Setting.duration(
          "replay.wait",
          Duration.ofHours(1),
          Duration.ofSeconds(1),
          Duration.ofDays(1),
          "How long a replay that a provider has ordered for one device waits for the device to"
              + " come, or to take something.");

  static final Settings ALL = Settings.of(MOST, READERS, READ_RATE, RATE, PATIENCE, WAIT);

  private ReplaySettings() {}

  public static ReplayRules rules(Config config) {
    return new ReplayRules(
        config.get(MOST),
        config.get(READERS),
        config.get(READ_RATE),
        config.get(RATE),
        config.get(PATIENCE),
        config.get(WAIT));
  }
}
