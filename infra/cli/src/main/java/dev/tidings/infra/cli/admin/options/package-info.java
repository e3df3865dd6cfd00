/**
 * What the commands of administrators have in common. In: arguments. Out: values that were checked,
 * and a connection to the cluster in which an administrator decides.
 */
@NullMarked
package dev.tidings.infra.cli.admin.options;

import org.jspecify.annotations.NullMarked;
