package dev.tidings.http.limit;

import java.util.Locale;

/** What a client had too much of, whoever else is connected. */
public enum Excess {
  /** Open streams of its connection. */
  STREAMS,
  /** Bytes of a request's head. */
  HEAD,
  /** Frames that cost more than they do, such as resets: its connection is closed. */
  FRAMES;

  /** Returns its name in meters. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
