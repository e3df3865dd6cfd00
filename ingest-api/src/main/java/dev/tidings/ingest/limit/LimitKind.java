package dev.tidings.ingest.limit;

import java.util.Locale;

/** The kind of a limit: what it is counted for. */
public enum LimitKind {
  /** Requests on behalf of a team, whichever of its credentials they have. */
  TEAM,
  /** Requests with one credential: a provider's key, an API key or a certificate. */
  KEY,
  /** Notifications to an app. */
  APP,
  /** Notifications to a device token. */
  TOKEN,
  /** Requests from an address (IPv6: one /64), whoever sends them. */
  ADDRESS;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** Returns its name in answers and meters. */
  public String text() {
    return text;
  }
}
