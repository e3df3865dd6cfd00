package dev.tidings.node.deliver;

import java.time.Duration;

/**
 * What an operator decides about delivery.
 *
 * @param parkAfter how long an entry may wait in the hot window for credit or confirmation
 * @param commitInterval how often what is resolved is committed
 * @param maxParked the most entries parked for one device
 * @param maxParkedBytes the most they may weigh
 * @param duplicateWindow among how many of the last deliveries of a partition repetitions are
 *     recognised
 * @param maxClosesPerSecond how many devices at most are told in a second that they have to go
 */
public record DeliveryRules(
    Duration parkAfter,
    Duration commitInterval,
    long maxParked,
    long maxParkedBytes,
    int duplicateWindow,
    int maxClosesPerSecond) {}
