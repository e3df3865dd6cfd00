package dev.tidings.auth.admin;

/**
 * An administrator.
 *
 * @param name for the audit log: the id of the credential, which is no secret
 */
public record Administrator(String name) {}
