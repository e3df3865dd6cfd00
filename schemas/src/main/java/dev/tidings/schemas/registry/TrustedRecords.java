package dev.tidings.schemas.registry;

import dev.tidings.schemas.avro.Notification;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Avro makes an object of a class named in a schema only if it is trusted; ours are, in addition to
 * whatever the process trusts already.
 */
final class TrustedRecords {
  static {
    String records = Notification.class.getPackageName();
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(), type -> type.getPackageName().equals(records)));
  }

  private TrustedRecords() {}

  /** Sees to it, once for the process. */
  static void trust() {
    // The class is initialised by now.
  }
}
