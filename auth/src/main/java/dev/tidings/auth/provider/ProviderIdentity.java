package dev.tidings.auth.provider;

import dev.tidings.auth.Apps;

/**
 * A provider that has proved who it is.
 *
 * @param team to whom its apps and their notifications belong; the same for all requests of one
 *     connection
 * @param apps that it may send to
 */
public record ProviderIdentity(String team, Apps apps) {}
