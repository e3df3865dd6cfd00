/**
 * What the operators' console needs besides what administrators decide. In: requests at the admin
 * port. Out: its files, who has signed in and what there is, devices, tokens, and the audit log.
 */
@NullMarked
package dev.tidings.ingest.console;

import org.jspecify.annotations.NullMarked;
