package dev.tidings.control.decide;

import dev.tidings.control.ControlChange;
import dev.tidings.control.credential.BearerSecret;
import org.apache.avro.specific.SpecificRecord;

/**
 * A new credential.
 *
 * @param secret for its owner, once; only its hash is in the change
 */
public record NewSecret<E extends SpecificRecord>(ControlChange<E> change, BearerSecret secret) {}
