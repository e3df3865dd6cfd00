package dev.tidings.infra.ledger;

/**
 * What a receipt says became of a notification.
 *
 * @param outcome in lower case, as in a trace: {@code delivered}, {@code pending}, …
 * @param at when, in milliseconds since the epoch, by the clock of the process that wrote it
 */
public record End(String outcome, long at) {}
