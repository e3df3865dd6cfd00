package dev.tidings.infra.ledger;

/**
 * The outcome of a notification according to its receipt.
 *
 * @param outcome in lower case, as in a trace: {@code delivered}, {@code pending}, …
 * @param at the time, in milliseconds since the epoch, by the clock of the process that wrote it
 */
public record End(String outcome, long at) {}
