package dev.tidings.node.settle;

import dev.tidings.schemas.avro.Outcome;

/**
 * Why a notification ends without its device.
 *
 * @param why in words, for its receipt
 */
public record DropReason(Outcome outcome, String why) {

  public static DropReason expired(String why) {
    return new DropReason(Outcome.EXPIRED, why);
  }

  public static DropReason revoked() {
    return new DropReason(Outcome.UNREGISTERED, "its token has been revoked");
  }

  public static DropReason erased() {
    return new DropReason(Outcome.UNREGISTERED, "erased with the device's data");
  }

  static DropReason collapsed(String why) {
    return new DropReason(Outcome.COLLAPSED, why);
  }

  public static DropReason withdrawn() {
    return new DropReason(Outcome.WITHDRAWN, "its provider has taken it back");
  }

  public static DropReason evicted(String why) {
    return new DropReason(Outcome.EVICTED, why);
  }

  public static DropReason rejected(String why) {
    return new DropReason(Outcome.REJECTED, why);
  }
}
