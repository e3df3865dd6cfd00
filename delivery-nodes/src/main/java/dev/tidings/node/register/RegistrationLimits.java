package dev.tidings.node.register;

/**
 * Limits on a device's registrations.
 *
 * @param apps the number of apps that a device may ever register: each leaves a permanent record
 * @param perMinute the number of registrations and unregistrations per minute
 */
public record RegistrationLimits(int apps, int perMinute) {}
