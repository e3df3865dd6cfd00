package dev.tidings.auth.node;

/**
 * A process of the installation.
 *
 * @param name for the log: its certificate's subject, or its address
 */
public record NodeIdentity(String name) {}
