package dev.tidings.node.deliver;

import java.time.Duration;

/**
 * What an operator decides about delivery.
 *
 * @param parkAfter how long an entry may wait in the hot window for credit or confirmation
 * @param commitInterval how often what is resolved is committed
 */
public record DeliveryRules(Duration parkAfter, Duration commitInterval) {}
