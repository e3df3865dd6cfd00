package dev.tidings.node.register;

/**
 * What a device may ask for.
 *
 * @param apps how many apps it may have registered ever: each leaves a record for good
 * @param perMinute how often it may register and unregister in a minute
 */
public record RegistrationLimits(int apps, int perMinute) {}
