package dev.tidings.auth.device.jwt.keys;

import java.io.IOException;
import java.time.Duration;

/** The place of the key set of an issuer. */
public interface KeySource {
  /** Key sets that are larger are refused, without being read to their end. */
  int MAX_BYTES = 256 * 1024;

  /** Reads the key set; may take some seconds. */
  byte[] read() throws IOException, InterruptedException;

  /** How long after it was read it is read again, in case it has changed. */
  Duration every();

  /** How long it is left alone at least, also if it could not be read, or a key is missing. */
  Duration pause();
}
