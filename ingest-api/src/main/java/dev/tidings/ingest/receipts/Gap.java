package dev.tidings.ingest.receipts;

/**
 * Why a client may have missed receipts, or seen some twice, or out of order.
 *
 * @param reason for programs
 * @param partition which one; negative if it is about all
 * @param detail for people
 */
record Gap(String reason, int partition, String detail) {
  private static final int ALL = -1;

  /** The position of a reader is not known any more; it begins where it did first. */
  static Gap placeUnknown() {
    return new Gap(
        "place-unknown", ALL, "where this webhook stood is not known any more: it is told anew");
  }

  /** Records behind the position are not kept any more. */
  static Gap expired(int partition, long next, long begin) {
    return new Gap(
        "expired",
        partition,
        "partition %d: receipts are kept from %d on (expected: from %d on)"
            .formatted(partition, begin, next));
  }

  /** The log ends before the position. */
  static Gap truncated(int partition, long next, long end) {
    return new Gap(
        "truncated",
        partition,
        "partition %d: the log ends at %d (expected: at %d or later)"
            .formatted(partition, end, next));
  }

  /** The topic is another one; it is told from its beginning. */
  static Gap madeAnew() {
    return new Gap(
        "made-anew", ALL, "the log of receipts was made anew: it is told from its beginning");
  }

  /** There are more partitions; the new ones are told from their beginnings. */
  static Gap partitionsAdded(int before, int now) {
    return new Gap(
        "partitions-added",
        ALL,
        "the log of receipts has %d partitions (expected: %d): nothing is missed, but the order of"
                .formatted(now, before)
            + " one notification's receipts is not kept across the change");
  }

  /** Returns it as JSON; nothing in it needs to be escaped. */
  String json() {
    return "{\"reason\":\"" + reason + "\",\"detail\":\"" + detail + "\"}";
  }
}
