package dev.tidings.net.tls;

/**
 * What processes of one installation speak with one another when they have certificates; the first
 * two are steps towards the last.
 */
public enum PeerMode {
  /** Without TLS to the others, and either way from them. */
  ACCEPT,
  /** With TLS to the others, and either way from them. */
  PREFER,
  /** With TLS alone. */
  REQUIRE;

  /** Whether connections to the others are within TLS. */
  public boolean connects() {
    return this != ACCEPT;
  }

  /** Whether connections from the others have to be within TLS. */
  public boolean isRequired() {
    return this == REQUIRE;
  }
}
