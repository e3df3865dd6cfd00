package dev.tidings.node.deliver;

import dev.tidings.schemas.avro.Outcome;

/**
 * Why a notification ends without its device.
 *
 * @param why in words, for its receipt
 */
record Verdict(Outcome outcome, String why) {

  static Verdict expired(String why) {
    return new Verdict(Outcome.EXPIRED, why);
  }

  static Verdict revoked() {
    return new Verdict(Outcome.UNREGISTERED, "its token has been revoked");
  }

  static Verdict collapsed(String why) {
    return new Verdict(Outcome.COLLAPSED, why);
  }

  static Verdict evicted(String why) {
    return new Verdict(Outcome.EVICTED, why);
  }

  static Verdict rejected(String why) {
    return new Verdict(Outcome.REJECTED, why);
  }
}
