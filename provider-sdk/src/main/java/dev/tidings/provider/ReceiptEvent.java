package dev.tidings.provider;

/**
 * An event of an app's receipts.
 *
 * @param name the last step of the notification, such as {@code confirmed}; or {@code token-gone}
 *     or {@code gap}
 * @param id where the stream can be taken up again, behind this event
 * @param json what is told, as an object of JSON
 */
public record ReceiptEvent(String name, String id, String json) {}
