package dev.tidings.auth.admin;

/**
 * An administrator.
 *
 * @param name for the audit log
 */
public record Administrator(String name) {}
