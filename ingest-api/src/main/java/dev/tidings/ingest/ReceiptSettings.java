package dev.tidings.ingest;

import dev.tidings.control.decide.Webhooks;
import dev.tidings.ingest.receipts.ReceiptStreams;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.Setting;

/** The settings of streams of receipts. */
final class ReceiptSettings {
  static final Setting<Integer> STREAMS =
      Setting.integer(
          "receipts.streams",
          1_000,
          0,
          100_000,
          "Streams of receipts at once; more get 503; 0: there are none.");
  static final Setting<Integer> STREAMS_PER_TEAM =
      Setting.integer(
          "receipts.streams.per.team",
          100,
          1,
          100_000,
          "Of these of one team; more get 429; without auth.providers=keys of one address.");
  static final Setting<Integer> STREAMS_PER_ADDRESS =
      Setting.integer(
          "receipts.streams.per.address",
          100,
          1,
          100_000,
          "Of these from one address; more get 429; behind a balancer as many as"
              + " receipts.streams.");
  static final Setting<Integer> READERS =
      Setting.integer(
          "receipts.readers",
          2,
          1,
          100,
          "Streams that read what they have missed from the log at once; the others wait for their"
              + " turn.");
  static final Setting<Long> BUFFER =
      Setting.bytes(
          "receipts.buffer",
          16L << 20,
          64L << 10,
          1L << 40,
          "Memory for the newest receipts of the apps that are streamed, and for what streams read"
              + " of the log: half of it each.");

  private ReceiptSettings() {}

  static ReceiptStreams.Bounds bounds(Config config) {
    return new ReceiptStreams.Bounds(
        config.get(STREAMS),
        config.get(STREAMS_PER_TEAM),
        config.get(STREAMS_PER_ADDRESS),
        config.get(READERS),
        Webhooks.MOST,
        config.get(BUFFER));
  }
}
