package dev.tidings.node.deliver;

/**
 * The result of ending the notifications of a device's revoked tokens.
 *
 * @param ended how many were ended at once
 * @param isLeft whether there are such that have not left the inbox yet
 */
public record Purge(int ended, boolean isLeft) {}
