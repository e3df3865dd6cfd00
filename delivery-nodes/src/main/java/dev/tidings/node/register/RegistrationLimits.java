package dev.tidings.node.register;

/**
 * Limits on devices' registrations.
 *
 * @param apps the number of apps that a device may ever register: each leaves a permanent record
 * @param requests how often devices may register, unregister, join and leave topics
 */
public record RegistrationLimits(int apps, RequestLimits requests) {}
