package dev.tidings.auth.device;

/**
 * The entry of an issuer that can end, as nodes name it to each other. The name alone would not do:
 * an issuer that is deleted and entered anew has the same one, and other keys.
 *
 * @param name the {@code iss} of its tokens
 * @param digest of everything that was entered
 */
public record IssuerEntry(String name, String digest) {}
