package dev.tidings.device;

import java.nio.file.Path;
import java.util.Optional;

/**
 * TLS with a check of the server's name.
 *
 * @param ca a PEM file with the certificates to trust; without it, those that the JVM trusts
 */
record Tls(Optional<Path> ca) {}
