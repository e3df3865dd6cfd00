package dev.tidings.ingest.repeat;

/** What has to be told what became of the first request; what is told later is ignored. */
public interface Claim {
  /** Nobody waits for it. */
  Claim NONE =
      new Claim() {
        @Override
        public void accepted(long atMillis) {
          // Nothing is remembered.
        }

        @Override
        public void release() {
          // Nothing was.
        }
      };

  /**
   * The log has it.
   *
   * @param atMillis since the epoch
   */
  void accepted(long atMillis);

  /** It was not accepted, as far as is known: the next one is the first. */
  void release();
}
