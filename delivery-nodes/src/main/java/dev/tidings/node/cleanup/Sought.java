package dev.tidings.node.cleanup;

/** A notification that is looked for: its id, and the token it was sent to. */
public record Sought(String id, String token) {}
