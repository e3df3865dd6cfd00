/**
 * Agreement between the processes of an installation. In: the records of {@code control} and the
 * configuration of this process. Out: whether it belongs to the installation.
 */
@NullMarked
package dev.tidings.service.installation;

import org.jspecify.annotations.NullMarked;
