package dev.tidings.device.receive;

/**
 * A notification that its provider has taken back.
 *
 * @param id of the notification
 * @param app that it was for
 */
public record Withdrawal(String id, String app) {}
