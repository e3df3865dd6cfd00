package dev.tidings.auth.admin;

/**
 * An administrator.
 *
 * @param name for the audit log: the id of the credential, which is no secret
 * @param role what it may do
 */
public record Administrator(String name, AdministratorRole role) {}
