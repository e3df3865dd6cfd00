package dev.tidings.auth.device;

import dev.tidings.auth.Apps;
import java.util.Optional;

/**
 * An issuer of device tokens, for as long as its tokens are accepted. Thread-safe; answers from
 * memory.
 */
public interface DeviceIssuer {
  /** One that is there as long as this process, and whose devices may use all apps. */
  DeviceIssuer LASTING =
      new DeviceIssuer() {
        @Override
        public Optional<IssuerEntry> entry() {
          return Optional.empty();
        }

        @Override
        public boolean isInForce() {
          return true;
        }

        @Override
        public Apps apps() {
          return Apps.ALL;
        }

        @Override
        public Apps receivable() {
          return Apps.ALL;
        }
      };

  /** Returns its entry, by which other nodes know it too; empty if it cannot end. */
  Optional<IssuerEntry> entry();

  /** Returns whether it still vouches. Once it does not, it never does again. */
  boolean isInForce();

  /** Returns the apps that its devices may use. */
  Apps apps();

  /**
   * Returns the apps whose notifications its devices receive: those of {@link #apps} when they were
   * looked at last. Does not change by itself; whoever keeps it is told when there is another.
   */
  Apps receivable();

  /**
   * One that another node has named, and that is not known here: it vouches for nobody.
   *
   * @param entry by which it may be looked up
   */
  static DeviceIssuer unknown(IssuerEntry entry) {
    return new Unknown(Optional.of(entry));
  }

  /** One that is not known here. */
  record Unknown(Optional<IssuerEntry> entry) implements DeviceIssuer {
    @Override
    public boolean isInForce() {
      return false;
    }

    @Override
    public Apps apps() {
      return Apps.NONE;
    }

    @Override
    public Apps receivable() {
      return Apps.NONE;
    }
  }
}
