package dev.tidings.node.register;

/**
 * Limits on how often devices may ask for something that can become a record of the log.
 *
 * @param perMinute how many requests of one device are taken in a minute, and as many at once
 * @param perSecond how many of all devices are taken in a second, and as many at once
 */
public record RequestLimits(int perMinute, int perSecond) {}
